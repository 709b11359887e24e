package io.freshet.protocol.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;

/** Whether somebody takes connections at an address, whatever they speak. */
final class Listening {

    private static final int TIMEOUT_MILLIS = 500;

    private Listening() {}

    /** @param addresses {@code host:port}, several with commas between */
    static boolean at(String addresses) {
        return Arrays.stream(addresses.split(",", -1)).map(String::strip).anyMatch(Listening::atOne);
    }

    private static boolean atOne(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0) {
            return false;
        }
        try (Socket socket = new Socket()) {
            String host = address.substring(0, colon).replaceAll("^.*://|[\\[\\]]", "");
            socket.connect(new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))), TIMEOUT_MILLIS);
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
