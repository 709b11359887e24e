package io.freshet.serving.inference;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/** Content codings of bodies and messages. */
public enum Compression {
    GZIP("gzip") {
        @Override
        InputStream unpacking(InputStream packed) throws IOException {
            return new GZIPInputStream(packed);
        }

        @Override
        OutputStream packing(OutputStream target) throws IOException {
            return new GZIPOutputStream(target);
        }
    },

    DEFLATE("deflate") {
        @Override
        InputStream unpacking(InputStream packed) {
            return new InflaterInputStream(packed);
        }

        @Override
        OutputStream packing(OutputStream target) {
            return new DeflaterOutputStream(target);
        }
    };

    private static final int STEP = 16 << 10;

    private final String coding;

    Compression(String coding) {
        this.coding = coding;
    }

    /** As headers have it. */
    public String coding() {
        return coding;
    }

    abstract InputStream unpacking(InputStream packed) throws IOException;

    abstract OutputStream packing(OutputStream target) throws IOException;

    /** The coding of that name. */
    public static Optional<Compression> named(String coding) {
        String name = coding.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(compression -> name.equals(compression.coding) || name.equals("x-" + compression.coding))
                .findFirst();
    }

    /** The first of our codings that a client takes, by its {@code Accept-Encoding}. */
    public static Optional<Compression> accepted(String acceptEncoding) {
        for (String choice : acceptEncoding.split(",", -1)) {
            String[] parts = choice.split(";", 2);
            boolean refused = parts.length == 2 && parts[1].strip().matches("q=0(\\.0*)?");
            Optional<Compression> compression = named(parts[0]);
            if (compression.isPresent() && !refused) {
                return compression;
            }
        }
        return Optional.empty();
    }

    /**
     * Unpacks a body, which counts by what it holds: a small one may hold a thousand times its size.
     *
     * @param ticket grows by what is unpacked
     * @throws RefusedException if it holds too much, or is not packed so
     */
    public byte[] unpack(byte[] packed, int maxBytes, Admission.Ticket ticket) throws RefusedException {
        ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
        byte[] step = new byte[STEP];
        try (InputStream in = unpacking(new ByteArrayInputStream(packed))) {
            for (int read = in.read(step); read >= 0; read = in.read(step)) {
                if (unpacked.size() + read > maxBytes) {
                    throw new RefusedException(Failure.bodyTooLarge(maxBytes));
                }
                if (!ticket.grow(read)) {
                    throw new RefusedException(Failure.overloaded());
                }
                unpacked.write(step, 0, read);
            }
        } catch (IOException e) {
            throw RefusedException.malformed("The body is no " + coding + ": " + e.getMessage());
        }
        return unpacked.toByteArray();
    }

    public byte[] pack(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(plain.length / 2);
        try (OutputStream out = packing(packed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it is written to memory
        }
        return packed.toByteArray();
    }
}
