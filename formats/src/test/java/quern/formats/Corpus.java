package quern.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import quern.formats.npy.Npy;
import quern.formats.onnx.OnnxFiles;
import quern.formats.qrn.QrnWriter;
import quern.formats.tflite.TinyModels;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Files to mutate: made here, from the test data and, where it is present, from ../shared. */
final class Corpus {
    private static final int SMALL = 400_000;

    /** A file and its name, whose extension says the format. */
    record Entry(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Corpus() {}

    /** Files of at most 400 kB. */
    static List<Entry> small() {
        Map<String, byte[]> files = new TreeMap<>(TinyModels.files());
        TinyModels.files()
                .forEach(
                        (name, bytes) ->
                                files.put(name.replace(".tflite", ".qrn"), qrn(name, bytes)));
        for (DType d : List.of(DType.F32, DType.BOOL, DType.S64, DType.F16)) {
            files.put(d + ".npy", npy(Tensor.zeros(TensorType.of(d, Shape.of(2, 3)))));
        }
        addFolder(files, Path.of(System.getProperty("quern.testdata"), "models"));
        files.putAll(OnnxFiles.tiny());
        shared().forEach((name, bytes) -> files.putIfAbsent(name, bytes));
        return entries(files, true);
    }

    /** Larger files of ../shared; none if it is absent. */
    static List<Entry> large() {
        return entries(shared(), false);
    }

    private static List<Entry> entries(Map<String, byte[]> files, boolean small) {
        List<Entry> entries = new ArrayList<>();
        files.forEach(
                (name, bytes) -> {
                    if (bytes.length <= SMALL == small) {
                        entries.add(new Entry(name, bytes));
                    }
                });
        return entries;
    }

    private static Map<String, byte[]> shared() {
        Map<String, byte[]> files = new TreeMap<>();
        Path folder = Shared.folder().resolve("models");
        if (Files.isDirectory(folder)) {
            addFolder(files, folder);
        }
        return files;
    }

    private static void addFolder(Map<String, byte[]> files, Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted().toList()) {
                String name = p.getFileName().toString();
                if (name.matches(".*\\.(tflite|qrn|onnx)")) {
                    files.put(name, Files.readAllBytes(p));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] qrn(String name, byte[] tflite) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new QrnWriter(Models.read(tflite, name, Limits.standard())).writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] npy(Tensor t) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Npy.write(t, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
