package io.freshet.standalone.dataset;

import io.freshet.protocol.Sha256;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file that the publisher of a data set offers: found on disk, or downloaded, and checked by its sum either way.
 *
 * @param name of the file
 * @param from where the publisher offers it
 * @param sha256 over the file, or over what it holds once unpacked, for others pack the same data anew; in hexadecimal
 */
record PublishedFile(String name, URI from, String sha256) {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /**
     * What the file holds, unpacked.
     *
     * @param places folders to look in, and the first of them to download to
     * @throws IOException if it is in none, and cannot be downloaded, or what is there is something else
     */
    byte[] read(List<Path> places) throws IOException, InterruptedException {
        for (Path place : places) {
            Path file = place.resolve(name);
            if (Files.exists(file)) {
                return checked(file);
            }
        }
        Path target = places.getFirst().resolve(name);
        download(target);
        return checked(target);
    }

    private byte[] checked(Path file) throws IOException {
        byte[] packed = Files.readAllBytes(file);
        byte[] content;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            content = in.readAllBytes();
        } catch (ZipException | EOFException e) {
            throw new IOException(file + " is no whole gzip file. Delete it to have it downloaded anew", e);
        }
        if (!Sha256.hex(packed).equals(sha256) && !Sha256.hex(content).equals(sha256)) {
            throw new IOException(file + " is not the file that the publisher offers: its SHA-256 is "
                    + Sha256.hex(packed) + ". Delete it to have it downloaded anew");
        }
        return content;
    }

    private void download(Path target) throws IOException, InterruptedException {
        Files.createDirectories(target.getParent());
        Path unfinished = target.resolveSibling(name + ".unfinished");
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(20))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(from).timeout(TIMEOUT).build();
            HttpResponse<Path> response = client.send(request, HttpResponse.BodyHandlers.ofFile(unfinished));
            if (response.statusCode() != 200) {
                throw new IOException("it answers " + response.statusCode());
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException(
                    "Cannot download " + from + ": " + e.getMessage() + ". Put the file into " + target.getParent()
                            + " yourself, or leave --dataset out: the sample that comes with Freshet needs no network",
                    e);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
