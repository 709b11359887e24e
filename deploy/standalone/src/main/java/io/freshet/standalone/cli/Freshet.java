package io.freshet.standalone.cli;

import io.freshet.ingest.MissingTopicsException;
import io.freshet.protocol.kafka.BrokerUnreachableException;
import io.freshet.protocol.kafka.KafkaRefusedException;
import io.freshet.standalone.config.ConfigException;
import io.freshet.standalone.demo.Demo.DemoStalledException;
import java.io.IOException;
import java.util.Optional;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The {@code freshet} program. */
@Command(
        name = "freshet",
        description = "Keeps an image classifier fresh from the traffic that it serves.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Freshet.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        subcommands = {
            DemoCommand.class,
            ServiceCommands.Serve.class,
            ServiceCommands.Ingest.class,
            ServiceCommands.Trainer.class,
            ServiceCommands.Labeller.class,
            TrainCommand.class,
            RoundCommand.class,
            LearnRepresentationsCommand.class,
            AnalyzeCommand.class,
            ModelsCommand.class,
            LineageCommand.class,
            ProduceCommand.class,
            LabelCommand.class,
            DlqCommand.class,
            EraseCommand.class,
            EvaluateCommand.class,
            CapacityCommand.class,
            BrokerCommand.class,
            ConfigCommand.class,
            GenerateCompletion.class
        },
        footer = {
            "",
            "Begin with @|bold freshet demo|@: the whole loop on this machine, in a few minutes.",
            "Each service takes its configuration from a YAML file, from variables such as",
            "FRESHET__KAFKA__BOOTSTRAP_SERVERS, and from options; @|bold freshet config|@ shows all keys."
        })
public final class Freshet implements Runnable {

    @Option(
            names = "--verbose",
            description = "Show the stack trace of an error.",
            scope = CommandLine.ScopeType.INHERIT)
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    public static void main(String[] arguments) {
        int code = run(arguments);
        if (!Shutdown.isAsked()) {
            System.exit(code); // threads of libraries may be left
        }
    }

    /** Runs a command line; returns the exit code: 0 when all went well, 1 when it did not, 2 for wrong usage. */
    static int run(String... arguments) {
        Freshet freshet = new Freshet();
        return new CommandLine(freshet)
                .setParameterExceptionHandler((e, wrong) -> explainUsage(e))
                .setExecutionExceptionHandler((e, command, parsed) -> freshet.explain(e))
                .execute(arguments);
    }

    private static int explainUsage(CommandLine.ParameterException e) {
        CommandLine command = e.getCommandLine();
        System.err.println("freshet: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, System.err);
        System.err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    /** What a person can mend is said in a line; anything else is a fault of the program, and shown with its trace. */
    private int explain(Exception e) {
        Optional<String> refusal = KafkaRefusedException.in(e).map(KafkaRefusedException::getMessage);
        boolean expected = refusal.isPresent() || isExpected(e);
        System.err.println("freshet: " + refusal.orElse(expected ? e.getMessage() : "a fault of the program: " + e));
        if (verbose || !expected) {
            e.printStackTrace(System.err); // the log may go to a file
        }
        return 1;
    }

    private static boolean isExpected(Exception e) {
        return e instanceof UserException
                || e instanceof ConfigException
                || e instanceof BrokerUnreachableException
                || e instanceof MissingTopicsException
                || e instanceof DemoStalledException
                || (e instanceof IOException && e.getMessage() != null);
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "freshet "
                        + Optional.ofNullable(Freshet.class.getPackage().getImplementationVersion())
                                .orElse("of this working tree")
            };
        }
    }
}
