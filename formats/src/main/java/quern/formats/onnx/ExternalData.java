package quern.formats.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import quern.error.FormatException;

/** Files beside a model that hold the elements of its tensors. */
final class ExternalData {
    private final Optional<Path> folder;
    private final Map<String, ByteBuffer> files = new HashMap<>();

    /**
     * @param folder where the model file is; empty if it was not read from a file
     */
    ExternalData(Optional<Path> folder) {
        this.folder = folder;
    }

    /**
     * The bytes that a tensor's {@code location}, {@code offset} and {@code length} name.
     *
     * @throws FormatException if there are none, or the location leaves the model's folder
     */
    ByteBuffer read(Map<String, String> external) {
        String location = external.getOrDefault("location", "");
        ByteBuffer file = files.get(location);
        if (file == null) {
            file = map(location);
            files.put(location, file);
        }
        long offset = number(external, "offset", 0);
        long length = number(external, "length", file.limit() - offset);
        if (offset < 0 || length < 0 || offset > file.limit() || length > file.limit() - offset) {
            throw new FormatException(
                    "external_data",
                    length
                            + " bytes from "
                            + offset
                            + " on do not lie in "
                            + location
                            + ", which has "
                            + file.limit());
        }
        return file.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long number(Map<String, String> external, String key, long otherwise) {
        try {
            return external.containsKey(key) ? Long.parseLong(external.get(key)) : otherwise;
        } catch (NumberFormatException e) {
            throw new FormatException("external_data", key + " must be a number");
        }
    }

    private ByteBuffer map(String location) {
        if (folder.isEmpty()) {
            throw new FormatException(
                    "external_data",
                    "the elements are in file " + location + "; read the model from its folder");
        }
        try {
            Path relative = Path.of(location).normalize();
            if (location.isEmpty() || relative.isAbsolute() || relative.startsWith("..")) {
                throw new FormatException(
                        "external_data", "location " + location + " leaves the model's folder");
            }
            Path real = folder.get().toRealPath();
            Path file = real.resolve(relative).toRealPath();
            if (!file.startsWith(real)) {
                throw new FormatException(
                        "external_data", "location " + location + " leaves the model's folder");
            }
            try (FileChannel channel = FileChannel.open(file)) {
                if (channel.size() > Integer.MAX_VALUE - 8) {
                    throw new FormatException(
                            "external_data",
                            location + " has more than 2 GB, the most there may be");
                }
                return channel.map(MapMode.READ_ONLY, 0, channel.size());
            }
        } catch (IOException | InvalidPathException e) {
            throw new FormatException("external_data", "file " + location + " cannot be read");
        }
    }
}
