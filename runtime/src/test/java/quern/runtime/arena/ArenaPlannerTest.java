package quern.runtime.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;
import quern.tensor.DType.Storage;

class ArenaPlannerTest {
    @Property(seed = "11", tries = 400)
    void noTwoLiveBuffersOverlap(@ForAll("anyBuffers") List<Buffer> buffers) {
        ArenaLayout layout = ArenaPlanner.plan(buffers);
        for (int i = 0; i < buffers.size(); i++) {
            Buffer a = buffers.get(i);
            int from = layout.offset(i);
            assertTrue(from >= 0 && from + a.size() <= layout.slab(a.storage()), "inside the slab");
            for (int j = 0; j < i; j++) {
                Buffer b = buffers.get(j);
                int other = layout.offset(j);
                boolean apart = from + a.size() <= other || other + b.size() <= from;
                if (a.storage() == b.storage() && a.overlaps(b) && a.size() > 0 && b.size() > 0) {
                    assertTrue(apart, a + " at " + from + " and " + b + " at " + other);
                }
            }
        }
        assertTrue(layout.bytes() >= ArenaPlanner.lowerBoundBytes(buffers));
    }

    @Property(seed = "12", tries = 300)
    void chainsWithSkipsAreWithinATenthOfTheLargestLiveSet(@ForAll("graphs") List<Buffer> buffers) {
        assertWithin(1.1, buffers);
    }

    @Property(seed = "13", tries = 200)
    void randomLifetimesAreWithinATenthToo(@ForAll("anyBuffers") List<Buffer> buffers) {
        assertWithin(1.1, buffers);
    }

    private static void assertWithin(double factor, List<Buffer> buffers) {
        long bytes = ArenaPlanner.plan(buffers).bytes();
        long bound = ArenaPlanner.lowerBoundBytes(buffers);
        assertTrue(bytes <= factor * bound, bytes + " bytes for a live set of " + bound);
    }

    @Test
    void theLowerBoundIsTheLargestLiveSetOfEachType() {
        List<Buffer> buffers =
                List.of(
                        new Buffer(Storage.BYTE, 10, 0, 1),
                        new Buffer(Storage.BYTE, 20, 1, 2),
                        new Buffer(Storage.BYTE, 5, 2, 3),
                        new Buffer(Storage.FLOAT, 3, 2, 2),
                        new Buffer(Storage.FLOAT, 4, 3, 3));
        assertEquals(30 + 4 * 4, ArenaPlanner.lowerBoundBytes(buffers));
        assertEquals(30 + 4 * 4, ArenaPlanner.plan(buffers).bytes());
    }

    @Test
    void theSameBuffersGiveTheSameLayout() {
        List<Buffer> buffers = chain(120, 7);
        assertEquals(ArenaPlanner.plan(buffers).offsets(), ArenaPlanner.plan(buffers).offsets());
    }

    @Test
    void refusesSlabsThatNoArrayHolds() {
        Buffer half = new Buffer(Storage.BYTE, 1 << 30, 0, 0);
        ShapeException e =
                assertThrows(
                        ShapeException.class, () -> ArenaPlanner.plan(List.of(half, half, half)));
        assertTrue(e.getMessage().contains("3221225472"), e.getMessage());
    }

    @Test
    void handlesNothing() {
        assertEquals(0, ArenaPlanner.plan(List.of()).bytes());
        assertEquals(0, ArenaPlanner.plan(List.of(new Buffer(Storage.INT, 0, 0, 9))).bytes());
    }

    @Provide
    Arbitrary<List<Buffer>> anyBuffers() {
        return Combinators.combine(Arbitraries.integers().between(0, 80), Arbitraries.longs())
                .as(ArenaPlannerTest::anywhere);
    }

    @Provide
    Arbitrary<List<Buffer>> graphs() {
        return Combinators.combine(Arbitraries.integers().between(0, 200), Arbitraries.longs())
                .as(ArenaPlannerTest::chain);
    }

    private static List<Buffer> anywhere(int n, long seed) {
        Random random = new Random(seed);
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int first = random.nextInt(n);
            int last = first + random.nextInt(n);
            Storage storage = random.nextInt(4) == 0 ? Storage.FLOAT : Storage.BYTE;
            buffers.add(new Buffer(storage, random.nextInt(1000), first, last));
        }
        return buffers;
    }

    /** Each value is read by the next step, some by a step further on. */
    private static List<Buffer> chain(int n, long seed) {
        Random random = new Random(seed);
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            int last = i + 1 + (random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 0);
            int size = (1 + random.nextInt(20)) * (random.nextBoolean() ? 16 : 100);
            buffers.add(new Buffer(Storage.BYTE, size, i, last));
        }
        return buffers;
    }
}
