package quern.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.formats.npy.Npy;

/** The hostile files of the test data: each is refused with its own sentence, and cheaply. */
class HostileFilesTest {
    private static final Path FOLDER = Path.of(System.getProperty("quern.testdata"), "hostile");
    private static final long MOST_BYTES = 8L << 20;

    private static final TreeMap<String, String> MESSAGES = new TreeMap<>();

    static {
        MESSAGES.put(
                "header-longer-than-memory.qrn",
                "offset 0: a header of 9223372036854775813 bytes does not fit a file of 209");
        MESSAGES.put(
                "header-longer-than-file.qrn",
                "offset 0: a header of 1099511627776 bytes does not fit a file of 209");
        MESSAGES.put("arrays-without-end.qrn", "header character 5: \"{\" was expected");
        MESSAGES.put(
                "shape-overflows.qrn",
                "tensor c: a tensor of shape [2147483647,2147483647,2147483647,2147483647] has more elements than an array can hold");
        MESSAGES.put(
                "shape-of-gigabytes.qrn",
                "tensor c: F32[2000000000] takes 8000000000 bytes, but its data_offsets are 0 and 8");
        MESSAGES.put(
                "activation-of-many-gigabytes.qrn",
                "x: 8589541380 bytes of a tensor are more than the limit of 1073741824");
        MESSAGES.put("tensors-overlap.qrn", "tensor d: it begins at byte 4 of the data, not 8");
        MESSAGES.put(
                "tensors-leave-a-hole.qrn", "tensor c: it begins at byte 8 of the data, not 0");
        MESSAGES.put(
                "graphs-nested-deep.qrn",
                "quern.graph, line 19: graphs are nested more than 16 deep");
        MESSAGES.put(
                "node-reads-itself.qrn",
                "quern.graph, y: node y reads this value, but nothing before makes it");
        MESSAGES.put(
                "scales-shared-by-thousands.qrn",
                "quern.graph, line 22: the types of the graph share scale tensors more than is reasonable");
        MESSAGES.put(
                "tensor-listed-thousands-of-times.tflite",
                "offset 12080: the file describes more than it can hold: its parts overlap");
        MESSAGES.put(
                "vector-longer-than-file.tflite",
                "offset 60: 17179869180 bytes were expected here, but the file has 64 bytes");
        MESSAGES.put(
                "vector-length-wraps.tflite",
                "offset 60: 4294967296 bytes were expected here, but the file has 64 bytes");
        MESSAGES.put("table-in-itself.tflite", "offset 8: this is not the vtable of a table");
        MESSAGES.put(
                "shape-overflows.npy", "offset 84: dimension 4294967296 is larger than 2147483647");
        MESSAGES.put(
                "shape-of-gigabytes.npy",
                "offset 76: F64[134217728] takes 1073741824 bytes, but 0 bytes follow the header");
    }

    @Test
    void everyFileHasItsMessage() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names =
                    files.map(p -> p.getFileName().toString())
                            .filter(n -> !n.endsWith(".py") && !n.startsWith("_"))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(MESSAGES.keySet(), names);
        }
    }

    @Test
    void everyFileIsRefusedCheaply() {
        MESSAGES.forEach(
                (name, message) -> {
                    Path path = FOLDER.resolve(name);
                    FormatException e =
                            assertTimeoutPreemptively(
                                    Duration.ofSeconds(10), () -> refusal(path), name);
                    assertEquals(path + ", " + message, e.getMessage());
                });
    }

    private static FormatException refusal(Path path) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> {
                            if (path.toString().endsWith(".npy")) {
                                Npy.read(path);
                            } else {
                                Models.read(path);
                            }
                        });
        long taken = threads.getThreadAllocatedBytes(id) - before;
        assertTrue(taken <= MOST_BYTES, () -> path + " took " + taken + " bytes");
        return e;
    }
}
