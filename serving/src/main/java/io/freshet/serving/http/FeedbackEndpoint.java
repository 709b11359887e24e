package io.freshet.serving.http;

import io.freshet.serving.feedback.Feedback;
import io.freshet.serving.feedback.FeedbackResult;
import io.freshet.serving.inference.Admission;
import io.freshet.serving.inference.Failure;
import io.freshet.serving.inference.RefusedException;
import io.freshet.serving.inference.RequestHeaders;
import io.freshet.serving.predict.PredictionRequest.Provenance;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Takes the true labels of what was answered earlier. Thread safe. */
public final class FeedbackEndpoint {

    static final String ID = "id";

    private static final int MAX_BODY_BYTES = 64 << 10;

    private record Taken(String requestId, int labels) {}

    private final Optional<Feedback> feedback;
    private final String defaultSource;
    private final int maxLabels;
    private final Admission admission;
    private final Executor executor;

    /**
     * @param feedback empty where no labels are taken
     * @param defaultSource who says so, where the request does not name one
     * @param maxLabels in one request
     * @param admission bounds the bodies that are read
     * @param executor runs what Kafka may hold up
     */
    public FeedbackEndpoint(
            Optional<Feedback> feedback, String defaultSource, int maxLabels, Admission admission, Executor executor) {
        this.feedback = feedback;
        this.defaultSource = defaultSource;
        this.maxLabels = maxLabels;
        this.admission = admission;
        this.executor = executor;
    }

    void handle(RoutingContext routing) {
        String id = routing.pathParam(ID);
        Optional<Admission.Ticket> ticket = admission.admit(0);
        try {
            if (feedback.isEmpty()) {
                throw new RefusedException(Refusals.noFeedback());
            }
            if (ticket.isEmpty()) {
                throw new RefusedException(Failure.overloaded());
            }
            Provenance provenance = RequestHeaders.provenance(routing.request()::getHeader, id, defaultSource);
            read(routing, feedback.get(), provenance, ticket.get());
        } catch (RefusedException e) {
            ticket.ifPresent(Admission.Ticket::close);
            Pages.problem(routing, e.failure());
        }
    }

    private void read(RoutingContext routing, Feedback labels, Provenance provenance, Admission.Ticket ticket) {
        Context turn = Vertx.currentContext();
        BodyReader.read(routing.request(), 0, MAX_BODY_BYTES, ticket, new BodyReader.Listener() {
            @Override
            public void whole(byte[] body) {
                ticket.close();
                executor.execute(() -> take(
                        labels,
                        provenance,
                        body,
                        answer -> turn.runOnContext(now -> {
                            if (!routing.response().closed()) {
                                answer.accept(routing);
                            }
                        })));
            }

            @Override
            public void refused(Failure failure) {
                ticket.close();
                Pages.problem(routing, failure);
            }

            @Override
            public void broken() {
                ticket.close();
            }
        });
    }

    /** What is left to do on the event loop. */
    private interface Reply {
        void accept(RoutingContext routing);
    }

    private interface Replies {
        void give(Reply reply);
    }

    private void take(Feedback labels, Provenance provenance, byte[] body, Replies replies) {
        String id = provenance.requestId();
        CompletionStage<FeedbackResult> result;
        switch (FeedbackBody.read(body, maxLabels)) {
            case FeedbackBody.Malformed malformed -> {
                replies.give(routing -> Pages.problem(routing, Failure.badRequest(malformed.detail())));
                return;
            }
            case FeedbackBody.One one -> result = labels.label(id, one.label(), provenance.source());
            case FeedbackBody.Several several -> result = labels.labels(id, several.labels(), provenance.source());
        }
        result.thenAccept(done -> replies.give(routing -> write(routing, id, done)));
    }

    private static void write(RoutingContext routing, String id, FeedbackResult result) {
        switch (result) {
            case FeedbackResult.Taken taken -> Pages.write(routing, 200, new Taken(id, taken.labels()));
            case FeedbackResult.UnknownRequest unknown -> Pages.problem(routing, Refusals.unknownRequest(id));
            case FeedbackResult.OtherCount other -> Pages.problem(routing, Failure.badRequest(other.detail()));
            case FeedbackResult.UnknownClass unknown ->
                Pages.problem(routing, Refusals.unknownClass(unknown.label(), unknown.classes()));
            case FeedbackResult.ModelAway away -> Pages.problem(routing, Failure.notReady(away.model()));
            case FeedbackResult.KafkaAway away -> Pages.problem(routing, Refusals.kafkaAway());
        }
    }
}
