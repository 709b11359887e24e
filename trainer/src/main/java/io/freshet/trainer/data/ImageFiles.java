package io.freshet.trainer.data;

import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.protocol.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Image files in folders. */
public final class ImageFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);

    private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);

    /** All files in a folder and in the folders in it, in the order of their names, without hidden ones. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** The image in a file; empty, with a warning in the log, if it is none. */
    public Optional<PixelImage> decode(Path file) throws IOException {
        DecodeResult result = decoder.decode(Files.readAllBytes(file));
        return switch (result) {
            case DecodeResult.Decoded decoded -> Optional.of(decoded.image());
            case DecodeResult.Refused refused -> {
                LOG.warn("{} left out: {}", file, refused.detail());
                yield Optional.empty();
            }
        };
    }
}
