package io.freshet.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RepositoryEntry;
import io.freshet.serving.model.Repository;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/** Triton's model repository extension: what there is, and taking it out of service and back by hand. */
final class RepositoryRoutes {

    private static final int MAX_BODY = 64 << 10;

    private final Repository repository;
    private final AdminGate gate;
    private final Admission admission;

    RepositoryRoutes(Repository repository, AdminGate gate, Admission admission) {
        this.repository = repository;
        this.gate = gate;
        this.admission = admission;
    }

    /** All versions, or those that are ready, where the body says {@code {"ready": true}}. */
    void index(RoutingContext context) {
        Optional<Admission.Ticket> ticket = admission.admit(0);
        if (ticket.isEmpty()) {
            Pages.error(context, Failure.overloaded());
            return;
        }
        BodyReader.read(context.request(), 0, MAX_BODY, ticket.get(), new BodyReader.Listener() {
            @Override
            public void whole(byte[] body) {
                ticket.get().close();
                try {
                    Pages.write(context, 200, RepositoryEntry.index(repository, onlyReady(body)));
                } catch (RefusedException e) {
                    Pages.error(context, e.failure());
                }
            }

            @Override
            public void refused(Failure failure) {
                ticket.get().close();
                Pages.error(context, failure);
            }

            @Override
            public void broken() {
                ticket.get().close();
            }
        });
    }

    private static boolean onlyReady(byte[] body) throws RefusedException {
        boolean ready = false;
        if (body.length == 0) {
            return ready;
        }
        try (JsonParser parser = Json.parser(body)) {
            JsonImages.enterObject(parser);
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("ready")) {
                    ready = parser.getBooleanValue();
                } else {
                    parser.skipChildren();
                }
            }
            return ready;
        } catch (JsonProcessingException e) {
            throw JsonImages.malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the body lies in memory
        }
    }

    void load(RoutingContext context) {
        change(context, Repository::load);
    }

    void unload(RoutingContext context) {
        change(context, Repository::unload);
    }

    /** What parameters the body may have mean nothing here. */
    private void change(
            RoutingContext context, BiFunction<Repository, String, CompletionStage<Repository.Outcome>> change) {
        try {
            gate.check(context.request()::getHeader);
        } catch (RefusedException e) {
            Pages.error(context, e.failure());
            return;
        }
        String name = context.pathParam(ModelRoutes.NAME);
        Context eventLoop = Vertx.currentContext();
        change.apply(repository, name)
                .thenAccept(outcome -> eventLoop.runOnContext(turn -> RepositoryEntry.failure(name, outcome)
                        .ifPresentOrElse(
                                failure -> Pages.error(context, failure), () -> Pages.write(context, 200, Map.of()))));
    }
}
