package quern.runtime.arena;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import quern.error.ShapeException;

/**
 * Finds places for the buffers of one slab: each in turn goes to the lowest gap among the buffers
 * placed before it that are alive at the same time.
 *
 * <p>The order decides how good the result is. Several orders are tried, then the last good one is
 * varied by giving a buffer an earlier turn; it ends when the size of the largest live set is
 * reached or the budget is spent. Deterministic.
 */
final class SlabPlanner {
    /** Buffers looked at, over all attempts, for a slab within 3 % of the goal and for others. */
    private static final long BUDGET = 4_000_000;

    private static final long LARGE_BUDGET = 10 * BUDGET;

    /** How much of the distance to the goal a worse order may lose. */
    private static final double PATIENCE = 1;

    private static final long SEED = 1;

    /** Most elements of a Java array. */
    private static final int LARGEST_SLAB = Integer.MAX_VALUE - 8;

    private final Buffer[] buffers;
    private final int[][] neighbours;
    private final long goal;
    private long spent;
    private int[] order = {};
    private int[] offsets = {};
    private long top;
    private int[] best = {};
    private long bestTop = Long.MAX_VALUE;

    SlabPlanner(List<Buffer> buffers) {
        this.buffers = buffers.toArray(new Buffer[0]);
        this.neighbours = neighbours();
        this.goal = largestLiveSet(buffers);
    }

    private int span(int i) {
        return buffers[i].last() - buffers[i].first() + 1;
    }

    /** The most elements that are needed at one step: no layout can be smaller. */
    static long largestLiveSet(List<Buffer> buffers) {
        long[][] events = new long[buffers.size() * 2][];
        for (int i = 0; i < buffers.size(); i++) {
            Buffer b = buffers.get(i);
            events[2 * i] = new long[] {b.first(), b.size()};
            events[2 * i + 1] = new long[] {b.last() + 1L, -b.size()};
        }
        Arrays.sort(
                events, Comparator.<long[]>comparingLong(e -> e[0]).thenComparingLong(e -> e[1]));
        long live = 0;
        long most = 0;
        for (long[] e : events) {
            live += e[1];
            most = Math.max(most, live);
        }
        return most;
    }

    /** Offsets of all buffers; {@link #top} then tells the size of the slab. */
    int[] plan() {
        long[] breadth = breadth();
        List<ToLongFunction<Integer>> ranks =
                List.of(
                        i -> -buffers[i].size(),
                        i -> -breadth[i],
                        i -> -(long) buffers[i].size() * span(i),
                        i -> buffers[i].first(),
                        i -> -span(i));
        for (ToLongFunction<Integer> rank : ranks) {
            if (bestTop > goal) {
                attempt(sorted(rank), bestTop);
            }
        }
        if (bestTop > LARGEST_SLAB) {
            throw new ShapeException(
                    "the values of the graph need "
                            + goal
                            + " elements at one time, more than an array can hold");
        }
        improve();
        return best;
    }

    /** The size of the slab that the plan needs. */
    long top() {
        return bestTop;
    }

    /** The size of the largest live set that each buffer belongs to. */
    private long[] breadth() {
        long[] most = new long[buffers.length];
        for (int step = 0; step < buffers.length; step++) {
            int at = buffers[step].first();
            long live = buffers[step].size();
            for (int i : neighbours[step]) {
                live += isLive(i, at) ? buffers[i].size() : 0;
            }
            most[step] = Math.max(most[step], live);
            for (int i : neighbours[step]) {
                most[i] = isLive(i, at) ? Math.max(most[i], live) : most[i];
            }
        }
        return most;
    }

    private boolean isLive(int i, int step) {
        return buffers[i].first() <= step && step <= buffers[i].last();
    }

    /** All buffers by rising rank, large ones first among equals. */
    private int[] sorted(ToLongFunction<Integer> rank) {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < buffers.length; i++) {
            indices.add(i);
        }
        indices.sort(
                Comparator.comparingLong(rank)
                        .thenComparing(i -> -buffers[i].size())
                        .thenComparing(i -> i));
        return indices.stream().mapToInt(i -> i).toArray();
    }

    private long budget() {
        return (bestTop - goal) * 100 > 3 * goal ? LARGE_BUDGET : BUDGET;
    }

    /** Moves a buffer, mostly one that reaches the top, before one it has to share time with. */
    private void improve() {
        Random random = new Random(SEED);
        while (bestTop > goal && spent < budget()) {
            int moved = random.nextInt(4) == 0 ? random.nextInt(buffers.length) : atTheTop(random);
            int[] around = neighbours[moved];
            if (around.length > 0) {
                int before = around[random.nextInt(around.length)];
                // Worse orders are let through at first, less and less later on.
                double left = 1 - (double) spent / budget();
                attempt(
                        moved(moved, before),
                        bestTop + (long) ((bestTop - goal) * left * PATIENCE));
            }
        }
    }

    private int[] moved(int buffer, int before) {
        int[] turns = new int[order.length];
        int n = 0;
        for (int i : order) {
            if (i == before) {
                turns[n++] = buffer;
            }
            if (i != buffer) {
                turns[n++] = i;
            }
        }
        return turns;
    }

    private int atTheTop(Random random) {
        int[] found = new int[buffers.length];
        int n = 0;
        for (int i = 0; i < buffers.length; i++) {
            if (offsets[i] + (long) buffers[i].size() == top) {
                found[n++] = i;
            }
        }
        return found[random.nextInt(n)];
    }

    /** Goes on from the order of these turns if its slab is not larger than the limit. */
    private void attempt(int[] turns, long limit) {
        int[] places = new int[buffers.length];
        boolean[] placed = new boolean[buffers.length];
        long reached = 0;
        for (int i : turns) {
            long offset = lowestGap(i, places, placed);
            reached = Math.max(reached, offset + buffers[i].size());
            if (reached > Math.min(limit, LARGEST_SLAB)) {
                return;
            }
            places[i] = (int) offset;
            placed[i] = true;
        }
        order = turns;
        offsets = places;
        top = reached;
        if (reached < bestTop) {
            best = places;
            bestTop = reached;
        }
    }

    private long lowestGap(int i, int[] offsets, boolean[] placed) {
        int[] around = neighbours[i];
        long[] taken = new long[around.length];
        int n = 0;
        for (int j : around) {
            if (placed[j]) {
                taken[n++] = (long) offsets[j] << 32 | (offsets[j] + (long) buffers[j].size());
            }
        }
        spent += around.length + 1;
        Arrays.sort(taken, 0, n);
        long end = 0;
        for (int j = 0; j < n; j++) {
            if ((taken[j] >>> 32) - end >= buffers[i].size()) {
                return end;
            }
            end = Math.max(end, taken[j] & 0xFFFFFFFFL);
        }
        return end;
    }

    private int[][] neighbours() {
        int[][] all = new int[buffers.length][];
        for (int i = 0; i < all.length; i++) {
            int[] found = new int[all.length];
            int n = 0;
            for (int j = 0; j < all.length; j++) {
                if (i != j && buffers[i].overlaps(buffers[j])) {
                    found[n++] = j;
                }
            }
            all[i] = Arrays.copyOf(found, n);
        }
        return all;
    }
}
