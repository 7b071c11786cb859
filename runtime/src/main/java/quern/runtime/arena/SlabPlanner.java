package quern.runtime.arena;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import quern.error.ShapeException;

/**
 * Finds places for the buffers of one slab: each in turn goes to the lowest gap among the buffers
 * placed before it that are alive at the same time.
 *
 * <p>The order decides how good the result is. Several orders are tried, then the best one is
 * improved by moving a buffer that reaches the top to an earlier turn; it ends when the size of the
 * largest live set is reached or the budget is spent. Deterministic.
 */
final class SlabPlanner {
    /** Buffers looked at, over all attempts. */
    private static final long BUDGET = 20_000_000;

    /** Most elements of a Java array. */
    private static final int LARGEST_SLAB = Integer.MAX_VALUE - 8;

    private static final List<Comparator<Buffer>> ORDERS =
            List.of(
                    Comparator.comparingInt(Buffer::size).reversed(),
                    Comparator.comparingLong(SlabPlanner::area).reversed(),
                    Comparator.comparingInt(Buffer::first),
                    Comparator.comparingInt(Buffer::last).reversed(),
                    Comparator.comparingInt(SlabPlanner::span).reversed());

    private final Buffer[] buffers;
    private final int[][] neighbours;
    private final long goal;
    private long spent;
    private int[] order;
    private int[] best;
    private long bestTop = Long.MAX_VALUE;

    SlabPlanner(List<Buffer> buffers) {
        this.buffers = buffers.toArray(new Buffer[0]);
        this.neighbours = neighbours();
        this.goal = largestLiveSet(buffers);
        this.order = new int[0];
        this.best = new int[0];
    }

    private static long area(Buffer b) {
        return (long) b.size() * span(b);
    }

    private static int span(Buffer b) {
        return b.last() - b.first() + 1;
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
        for (Comparator<Buffer> by : ORDERS) {
            if (bestTop > goal) {
                attempt(sorted(by));
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

    private int[] sorted(Comparator<Buffer> by) {
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < buffers.length; i++) {
            indices.add(i);
        }
        indices.sort(
                Comparator.<Integer, Buffer>comparing(i -> buffers[i], by)
                        .thenComparing(i -> -buffers[i].size())
                        .thenComparing(i -> i));
        return indices.stream().mapToInt(i -> i).toArray();
    }

    private void improve() {
        long random = 0x9E3779B97F4A7C15L;
        while (bestTop > goal && spent < BUDGET) {
            random ^= random << 13;
            random ^= random >>> 7;
            random ^= random << 17;
            int[] candidate = order.clone();
            int from = turnOfOneAtTheTop(random >>> 33);
            int to = (int) ((random >>> 20 & 0x1FFF) * from >> 13);
            int moved = candidate[from];
            System.arraycopy(candidate, to, candidate, to + 1, from - to);
            candidate[to] = moved;
            attempt(candidate);
        }
    }

    private int turnOfOneAtTheTop(long random) {
        int[] turns = new int[buffers.length];
        int n = 0;
        for (int turn = 0; turn < order.length; turn++) {
            int i = order[turn];
            if (best[i] + (long) buffers[i].size() == bestTop) {
                turns[n++] = turn;
            }
        }
        return (random & 3) == 0
                ? (int) ((random >>> 2) % order.length)
                : turns[(int) ((random >>> 2) % n)];
    }

    /** Keeps the order if its slab is not larger than the best one so far. */
    private void attempt(int[] turns) {
        int[] offsets = new int[buffers.length];
        boolean[] placed = new boolean[buffers.length];
        long limit = Math.min(bestTop, LARGEST_SLAB);
        long top = 0;
        for (int i : turns) {
            long offset = lowestGap(i, offsets, placed);
            top = Math.max(top, offset + buffers[i].size());
            if (top > limit) {
                return;
            }
            offsets[i] = (int) offset;
            placed[i] = true;
        }
        order = turns;
        best = offsets;
        bestTop = top;
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
