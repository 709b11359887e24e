package io.freshet.trainer.labelling;

import io.freshet.protocol.Sha256;
import io.freshet.protocol.labelling.FilePatch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What makes one folder of files out of another that differs little, as a model's variables do when statistics move. */
final class TeacherPatch {

    /** What fits a record with room to spare. */
    static final int MOST_BYTES = 4 << 20;

    private static final int BLOCK = 1 << 20;

    /** Bytes between two runs for which it is not worth to begin another. */
    private static final int GAP = 16;

    private TeacherPatch() {}

    /**
     * Compares two folders, file by file.
     *
     * @return empty if more differs than {@value #MOST_BYTES} bytes
     * @throws IOException if a file cannot be read
     */
    static Optional<List<FilePatch>> between(Path before, Path after) throws IOException {
        List<FilePatch> patches = new ArrayList<>();
        long bytes = 0;
        for (Path file : files(after)) {
            String name = file.getFileName().toString();
            Runs runs = new Runs(MOST_BYTES - bytes);
            if (!compare(before.resolve(name), file, runs)) {
                return Optional.empty();
            }
            bytes += runs.bytes;
            Path old = before.resolve(name);
            if (!runs.found.isEmpty() || !Files.exists(old) || Files.size(old) != Files.size(file)) {
                patches.add(new FilePatch(name, Files.size(file), runs.found));
            }
        }
        return Optional.of(patches);
    }

    /** @return whether what differs is not too much */
    private static boolean compare(Path before, Path after, Runs runs) throws IOException {
        try (InputStream old = Files.exists(before) ? Files.newInputStream(before) : InputStream.nullInputStream();
                InputStream now = Files.newInputStream(after)) {
            long offset = 0;
            while (true) {
                byte[] wanted = now.readNBytes(BLOCK);
                byte[] there = old.readNBytes(BLOCK);
                if (wanted.length == 0) {
                    return true;
                }
                if (!runs.add(offset, there, wanted)) {
                    return false;
                }
                offset += wanted.length;
            }
        }
    }

    /**
     * Makes the changes in a folder of files like those that were compared.
     *
     * @throws IOException if a file cannot be written
     */
    static void apply(List<FilePatch> patches, Path folder) throws IOException {
        for (FilePatch patch : patches) {
            try (FileChannel file = FileChannel.open(
                    folder.resolve(patch.file()), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                for (FilePatch.Run run : patch.runs()) {
                    ByteBuffer content = run.content().duplicate();
                    long at = run.offset();
                    while (content.hasRemaining()) {
                        at += file.write(content, at);
                    }
                }
                file.truncate(patch.length());
            }
        }
    }

    /**
     * SHA-256 over the names and contents of a folder's files, in hexadecimal.
     *
     * @throws IOException if a file cannot be read
     */
    static String sha256(Path folder) throws IOException {
        MessageDigest sha256 = Sha256.digest();
        for (Path file : files(folder)) {
            sha256.update((file.getFileName() + "\n" + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
            try (InputStream in = Files.newInputStream(file)) {
                byte[] block = new byte[BLOCK];
                for (int read = in.read(block); read >= 0; read = in.read(block)) {
                    sha256.update(block, 0, read);
                }
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** The runs of a file, as far as it was compared. */
    private static final class Runs {

        private final List<FilePatch.Run> found = new ArrayList<>();
        private final long most;
        private long bytes;

        Runs(long most) {
            this.most = most;
        }

        boolean add(long offset, byte[] there, byte[] wanted) {
            int from = next(there, wanted, 0);
            while (from < wanted.length) {
                int to = end(there, wanted, from);
                bytes += to - from;
                if (bytes > most) {
                    return false;
                }
                found.add(new FilePatch.Run(offset + from, ByteBuffer.wrap(Arrays.copyOfRange(wanted, from, to))));
                from = next(there, wanted, to);
            }
            return true;
        }

        /** The next byte that differs. */
        private static int next(byte[] there, byte[] wanted, int from) {
            int shorter = Math.min(there.length, wanted.length);
            if (from >= shorter) {
                return from;
            }
            int mismatch = Arrays.mismatch(there, from, shorter, wanted, from, shorter);
            return mismatch < 0 ? shorter : from + mismatch;
        }

        /** Behind the last byte before so many equal ones that another run is worth it. */
        private static int end(byte[] there, byte[] wanted, int from) {
            int end = from;
            for (int i = from; i < wanted.length && i - end <= GAP; i++) {
                if (i >= there.length || there[i] != wanted[i]) {
                    end = i + 1;
                }
            }
            return end;
        }
    }
}
