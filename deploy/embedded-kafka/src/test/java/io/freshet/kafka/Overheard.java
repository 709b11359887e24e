package io.freshet.kafka;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;

/**
 * Hears all that is logged in this JVM, at DEBUG and with the traces of exceptions, and remembers where a secret was said.
 * The caller closes it.
 */
public final class Overheard implements AutoCloseable {

    private final List<String> secrets;
    private final List<String> leaks = new CopyOnWriteArrayList<>();
    private final LongAdder lines = new LongAdder();
    private final Map<Logger, Level> before = new HashMap<>();
    private final Logger root;
    private final Appender<ILoggingEvent> ear = new Ear();

    private Overheard(List<String> secrets, Level shown) {
        this.secrets = List.copyOf(secrets);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        this.root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        for (Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders(); appenders.hasNext(); ) {
            ThresholdFilter filter = new ThresholdFilter();
            filter.setLevel(shown.toString());
            filter.start();
            appenders.next().addFilter(filter);
        }
        for (Logger logger : context.getLoggerList()) {
            if (logger.getLevel() != null) {
                before.put(logger, logger.getLevel());
                logger.setLevel(logger == root ? Level.DEBUG : null);
            }
        }
        ear.setContext(context);
        ear.start();
        root.addAppender(ear);
    }

    /**
     * Begins to listen.
     *
     * @param shown of the log meanwhile, from this level on
     */
    public static Overheard listenFor(List<String> secrets, Level shown) {
        return new Overheard(secrets, shown);
    }

    /** What was said with a secret in it: the logger's name, and what it said. */
    public List<String> leaks() {
        return leaks;
    }

    /** How much was heard; where that is little, that nothing leaked says little. */
    public long lines() {
        return lines.sum();
    }

    @Override
    public void close() {
        root.detachAppender(ear);
        before.forEach(Logger::setLevel);
        root.iteratorForAppenders().forEachRemaining(Appender::clearAllFilters);
    }

    private final class Ear extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            lines.increment();
            String said = event.getFormattedMessage()
                    + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
            if (secrets.stream().anyMatch(said::contains)) {
                leaks.add(event.getLoggerName() + ": " + said);
            }
        }
    }
}
