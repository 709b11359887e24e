package io.freshet.kafka;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Where the members of a cluster on this machine are, each a broker and a controller in one. Up to three members keep a
 * copy of each record, and a record is taken when all but one of those have it: of three members one may be away.
 *
 * @param id of the cluster, as Kafka makes them
 * @param members the first is node 1
 */
record BrokerCluster(String id, List<Member> members) {

    private static final String HOST = "127.0.0.1";
    private static final int MOST_COPIES = 3;

    /** @param port for clients */
    record Member(int port, int controllerPort) {

        String address() {
            return HOST + ":" + port;
        }

        String controllerAddress() {
            return HOST + ":" + controllerPort;
        }
    }

    BrokerCluster {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("A cluster has at least one member");
        }
    }

    /** A cluster that has not been before. */
    static BrokerCluster of(List<Member> members) {
        return new BrokerCluster(Uuid.randomUuid().toString(), members);
    }

    /** @param node of 1 and more */
    Member member(int node) {
        return members.get(node - 1);
    }

    /** As in {@code 127.0.0.1:9092,127.0.0.1:9093}. */
    String bootstrapServers() {
        return members.stream().map(Member::address).collect(Collectors.joining(","));
    }

    /** As in {@code 1@127.0.0.1:9093,2@127.0.0.1:9095}. */
    String voters() {
        return IntStream.rangeClosed(1, members.size())
                .mapToObj(node -> node + "@" + member(node).controllerAddress())
                .collect(Collectors.joining(","));
    }

    /** Of each record. */
    int copies() {
        return Math.min(MOST_COPIES, members.size());
    }

    /** That have a record before it counts as written. */
    int copiesInSync() {
        return Math.max(1, copies() - 1);
    }
}
