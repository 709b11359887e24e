package io.freshet.standalone.service;

import io.freshet.protocol.Topics;
import io.freshet.protocol.kafka.TopicAccess;
import io.freshet.serving.ServingConfig;
import io.freshet.serving.capture.CaptureMode;
import io.freshet.trainer.labelling.LabellingConfig;
import java.util.Set;

/**
 * What each service does with which topics. It is asked for before a service starts: one that lacks a right would find
 * out with its first record, and go on without what it cannot read or write.
 */
public final class ServiceAccess {

    private ServiceAccess() {}

    /** Of ingest, without its internal topics, which Kafka Streams makes. */
    public static TopicAccess ingest() {
        return TopicAccess.of(
                Set.of(Topics.TRAFFIC, Topics.LABELS, Topics.ERASURES),
                Set.of(Topics.TRAFFIC_DLQ, Topics.UNLABELED, Topics.LABEL_REQUESTS, Topics.ROUNDS));
    }

    /** Of the trainer, which speaks with labellers only where labelling is shared. */
    public static TopicAccess trainer(LabellingConfig labelling) {
        TopicAccess access = TopicAccess.of(
                Set.of(
                        Topics.UNLABELED,
                        Topics.LABEL_REQUESTS,
                        Topics.LABELS,
                        Topics.MODELS,
                        Topics.ROUNDS,
                        Topics.ERASURES),
                Set.of(Topics.MODELS, Topics.ROUNDS));
        return labelling.shared()
                ? access.and(TopicAccess.of(Set.of(Topics.LABELLING_LABELS), Set.of(Topics.LABELLING_TASKS)))
                : access;
    }

    public static TopicAccess labeller() {
        return TopicAccess.of(
                Set.of(Topics.LABELLING_TASKS, Topics.UNLABELED, Topics.ERASURES, Topics.ROUNDS),
                Set.of(Topics.LABELLING_LABELS));
    }

    /** Of serving, by what it is configured to do. */
    public static TopicAccess serving(ServingConfig config) {
        TopicAccess access = TopicAccess.of(Set.of(Topics.MODELS, Topics.POLICIES), Set.of(Topics.MODELS));
        if (config.capture().mode() != CaptureMode.OFF) {
            access = access.and(TopicAccess.of(Set.of(), Set.of(Topics.TRAFFIC)));
            if (config.feedback().remembered() > 0) {
                access = access.and(TopicAccess.of(Set.of(Topics.ANSWERED), Set.of(Topics.ANSWERED, Topics.LABELS)));
            }
        }
        if (config.stream().reads()) {
            access = access.and(new TopicAccess(
                    Set.of(config.stream().requests()), Set.of(config.stream().responses())));
        }
        return access;
    }
}
