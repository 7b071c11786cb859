package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/** A function of one element, applied to ranges of a tensor. */
final class MapKernel implements Kernel {
    /** Computes {@code n} neighbouring elements from element {@code start} on. */
    @FunctionalInterface
    interface Range {
        void run(Arena arena, int start, int n);
    }

    private final String name;
    private final int elements;
    private final Range range;

    MapKernel(String name, int elements, Range range) {
        this.name = name;
        this.elements = elements;
        this.range = range;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return elements;
    }

    @Override
    public long work() {
        return elements;
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int start = Split.start(elements, part, parts);
        range.run(arena, start, Split.start(elements, part + 1, parts) - start);
    }
}
