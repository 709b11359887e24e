package io.freshet.protocol.kafka;

import io.freshet.protocol.Topics;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What a program does with topics, by their names. */
public record TopicAccess(Set<String> read, Set<String> written) {

    public TopicAccess {
        read = Set.copyOf(read);
        written = Set.copyOf(written);
    }

    public static TopicAccess of(Set<Topics> read, Set<Topics> written) {
        return new TopicAccess(names(read), names(written));
    }

    private static Set<String> names(Set<Topics> topics) {
        return topics.stream().map(Topics::topicName).collect(Collectors.toSet());
    }

    /** The same with more. */
    public TopicAccess and(TopicAccess more) {
        return new TopicAccess(union(read, more.read), union(written, more.written));
    }

    private static Set<String> union(Set<String> some, Set<String> more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    /** All of both. */
    Set<String> topics() {
        return union(read, written);
    }
}
