package io.freshet.standalone.dataset;

import io.freshet.protocol.image.DecodeLimits;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.protocol.image.ImageDecoder;
import io.freshet.standalone.dataset.Dataset.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder with a folder of images for each class; one that has these in {@code train} and {@code test} too. */
final class FolderDataset {

    private static final List<String> PARTS = List.of("train", "test", "val", "validation");

    private FolderDataset() {}

    /** @throws IOException if the folder cannot be read, or is not of that form */
    static Dataset read(Path folder) throws IOException {
        SortedMap<String, List<Path>> files = new TreeMap<>();
        for (Path root : roots(folder)) {
            for (Path ofClass : folders(root)) {
                files.computeIfAbsent(ofClass.getFileName().toString(), name -> new ArrayList<>())
                        .addAll(files(ofClass));
            }
        }
        if (files.size() < 2) {
            throw new IOException(
                    "In " + folder + " a folder of images for each class is wanted, and there are " + files.keySet());
        }
        List<String> classes = List.copyOf(files.keySet());
        ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
        List<Example> examples = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            for (Path file : files.getOrDefault(classes.get(label), List.of())) {
                if (decoder.decode(Files.readAllBytes(file)) instanceof DecodeResult.Decoded decoded) {
                    examples.add(new Example(decoded.image(), label));
                }
            }
        }
        return new Dataset(folder.toString(), classes, examples);
    }

    private static List<Path> roots(Path folder) throws IOException {
        List<Path> folders = folders(folder);
        boolean parts = !folders.isEmpty()
                && folders.stream()
                        .allMatch(path -> PARTS.contains(path.getFileName().toString()));
        return parts ? folders : List.of(folder);
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }
}
