package quern.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import quern.error.FormatException;
import quern.formats.Corpus.Entry;
import quern.formats.npy.Npy;
import quern.formats.qrn.QrnWriter;
import quern.graph.Graph;

/**
 * Wounded files of every format: nothing but {@link FormatException} comes out of a reader, it
 * ends, and it takes little memory.
 */
class MutationTest {
    private static final long MOST_BYTES = 64L << 20;
    private static final Duration GUARD = Duration.ofSeconds(10);
    private static final List<Entry> SMALL = Corpus.small();
    private static final List<Entry> LARGE = Corpus.large();

    @Provide
    Arbitrary<Entry> small() {
        return Arbitraries.of(SMALL);
    }

    /** Small ones once more on a machine that has no large ones. */
    @Provide
    Arbitrary<Entry> large() {
        return LARGE.isEmpty() ? Arbitraries.of(SMALL) : Arbitraries.of(LARGE);
    }

    @Property(seed = "301", tries = 8000)
    void smallFiles(@ForAll("small") Entry file, @ForAll("small") Entry other, @ForAll long seed) {
        check(file, other, seed);
    }

    @Property(seed = "302", tries = 300)
    @Tag("long")
    void largeFiles(@ForAll("large") Entry file, @ForAll("large") Entry other, @ForAll long seed) {
        check(file, other, seed);
    }

    private static void check(Entry file, Entry other, long seed) {
        byte[] wounded = new Mutation(seed).apply(file.bytes(), other.bytes());
        Optional<Graph> graph =
                assertTimeoutPreemptively(GUARD, () -> readWithin(file.name(), wounded));
        graph.ifPresent(g -> assertEquals(g, Models.read(qrn(g), "again.qrn", Limits.standard())));
    }

    private static Optional<Graph> readWithin(String name, byte[] bytes) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        Optional<Graph> graph = Optional.empty();
        try {
            if (name.endsWith(".npy")) {
                Npy.read(bytes, name, Limits.standard());
            } else {
                graph = Optional.of(Models.read(bytes, name, Limits.standard()));
            }
        } catch (FormatException e) {
            assertTrue(e.getMessage().startsWith(name), e::getMessage);
            assertTrue(e.getMessage().length() < 4000, "the message is too long");
        }
        long taken = threads.getThreadAllocatedBytes(id) - before;
        assertTrue(taken <= MOST_BYTES, () -> "reading took " + taken + " bytes");
        return graph;
    }

    private static byte[] qrn(Graph g) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new QrnWriter(g).writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }
}
