package quern.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import quern.runtime.arena.Arena;
import quern.runtime.arena.ArenaPlanner;
import quern.runtime.kernel.Kernel;

class WorkerPoolTest {
    private static final int THREADS = 4;

    private final Arena arena = new Arena(ArenaPlanner.plan(List.of()));

    /** Counts the runs of each part; part {@code failing} throws. */
    private record Counting(AtomicIntegerArray runs, int failing) implements Kernel {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public void run(Arena arena, int part, int parts) {
            runs.incrementAndGet(part);
            if (part == failing) {
                throw new IllegalArgumentException("part " + part);
            }
        }
    }

    @Test
    void runsEveryPartOnceForAnyNumberOfParts() {
        AtomicIntegerArray runs = new AtomicIntegerArray(THREADS);
        int[] expected = new int[THREADS];
        try (WorkerPool pool = new WorkerPool(arena, THREADS)) {
            for (int i = 0; i < 3000; i++) {
                int parts = 1 + i * 7 % THREADS;
                pool.run(new Counting(runs, -1), parts);
                for (int part = 0; part < THREADS; part++) {
                    expected[part] += part < parts ? 1 : 0;
                    assertEquals(expected[part], runs.get(part));
                }
            }
        }
    }

    @Test
    void throwsTheErrorOfAnyPartAfterAllHaveEnded() {
        AtomicIntegerArray runs = new AtomicIntegerArray(THREADS);
        try (WorkerPool pool = new WorkerPool(arena, THREADS)) {
            for (int failing = 0; failing < THREADS; failing++) {
                Kernel kernel = new Counting(runs, failing);
                Exception e =
                        assertThrows(
                                IllegalArgumentException.class, () -> pool.run(kernel, THREADS));
                assertEquals("part " + failing, e.getMessage());
            }
            pool.run(new Counting(runs, -1), THREADS);
        }
        for (int part = 0; part < THREADS; part++) {
            assertEquals(THREADS + 1, runs.get(part));
        }
    }
}
