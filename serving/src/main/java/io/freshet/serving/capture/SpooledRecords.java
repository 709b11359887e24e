package io.freshet.serving.capture;

import io.freshet.protocol.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Traffic as it lies in the {@link Spool}: key, headers and value, each with its length before it. */
final class SpooledRecords {

    private SpooledRecords() {}

    static byte[] encode(ProducerRecord<byte[], byte[]> traffic) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(traffic.value().length + 1024);
        DataOutputStream out = new DataOutputStream(bytes);
        write(out, traffic.key());
        Header[] headers = traffic.headers().toArray();
        out.writeInt(headers.length);
        for (Header header : headers) {
            out.writeUTF(header.key());
            write(out, header.value());
        }
        write(out, traffic.value());
        return bytes.toByteArray();
    }

    /** @throws IOException if these are not bytes that {@link #encode} made */
    static ProducerRecord<byte[], byte[]> decode(byte[] spooled) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(spooled));
        byte[] key = read(in);
        int headers = in.readInt();
        String[] names = new String[headers];
        byte[][] values = new byte[headers][];
        for (int i = 0; i < headers; i++) {
            names[i] = in.readUTF();
            values[i] = read(in);
        }
        ProducerRecord<byte[], byte[]> traffic = new ProducerRecord<>(Topics.TRAFFIC.topicName(), key, read(in));
        for (int i = 0; i < headers; i++) {
            traffic.headers().add(names[i], values[i]);
        }
        return traffic;
    }

    private static void write(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("A part of " + length + " bytes does not fit into what is left");
        }
        return in.readNBytes(length);
    }
}
