package io.freshet.serving.model;

import io.freshet.protocol.ModelAnnouncement;

/** Tells all replicas of a version that shall be in service, as the trainer does. Thread safe; returns at once. */
@FunctionalInterface
public interface AnnouncementPublisher {

    void publish(ModelAnnouncement announcement);
}
