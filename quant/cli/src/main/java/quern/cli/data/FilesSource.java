package quern.cli.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import quern.error.FormatException;
import quern.tensor.Tensor;

/** Files of one sample each, sorted by name. */
final class FilesSource implements Source {
    private final List<Path> files;
    private final Function<Path, Tensor> reader;

    private FilesSource(List<Path> files, Function<Path, Tensor> reader) {
        this.files = files;
        this.reader = reader;
    }

    /** A single sample. */
    static FilesSource file(Path file, FileKind kind, ModelInput input, Preprocessing how) {
        return open(List.of(file), kind, input, how);
    }

    /** The samples of a folder, which must be of one kind; other files are passed over. */
    static FilesSource folder(Path folder, ModelInput input, Preprocessing how) {
        Map<FileKind, List<Path>> kinds = new EnumMap<>(FileKind.class);
        for (Path file : list(folder)) {
            FileKind.of(file)
                    .ifPresent(k -> kinds.computeIfAbsent(k, x -> new ArrayList<>()).add(file));
        }
        if (kinds.isEmpty()) {
            throw new FormatException(
                    folder.toString(),
                    "holds no samples: no .npy or .bin files and no pictures (jpg, png, bmp, gif)");
        }
        if (kinds.size() > 1) {
            List<String> found = kinds.keySet().stream().map(FileKind::plural).toList();
            throw new FormatException(
                    folder.toString(),
                    "holds " + String.join(" and ", found) + ": give a folder of one kind");
        }
        Map.Entry<FileKind, List<Path>> only = kinds.entrySet().iterator().next();
        return open(only.getValue(), only.getKey(), input, how);
    }

    private static FilesSource open(
            List<Path> files, FileKind kind, ModelInput input, Preprocessing how) {
        Function<Path, Tensor> reader =
                switch (kind) {
                    case NPY -> new NpyFile(input)::read;
                    case BIN -> BinFile.open(files, input, how)::read;
                    case PICTURE -> PictureFile.open(files, input, how)::read;
                };
        return new FilesSource(files, reader);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(f -> f.getFileName().toString()))
                    .toList();
        } catch (UncheckedIOException e) {
            throw Failures.of(folder, e.getCause());
        } catch (IOException e) {
            throw Failures.of(folder, e);
        }
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int row) {
        return files.get(row).getFileName().toString();
    }

    @Override
    public Optional<Path> file(int row) {
        return Optional.of(files.get(row));
    }

    @Override
    public boolean isNamed() {
        return true;
    }

    @Override
    public Tensor read(int row) {
        return reader.apply(files.get(row));
    }
}
