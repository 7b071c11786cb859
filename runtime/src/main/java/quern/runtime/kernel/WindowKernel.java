package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/**
 * Convolutions over the products of a tier: for each block of output pixels, what it sees of the
 * image is staged if it must be, then panel after panel of output channels is made.
 */
final class WindowKernel implements Kernel {
    /** The arithmetic of an element type. */
    interface Lanes extends Blocks.Stage {
        int panels();

        /** Bytes of the weights in their own form. */
        long packedBytes();

        /**
         * Makes the channels of a panel for the first {@code pixels} pixels of a block.
         *
         * @param x first element of the input of the block, if it is read where it is
         * @param y first element of the output of the block
         */
        void run(Arena arena, int part, int panel, int x, int pixels, int y);
    }

    private final String name;
    private final Blocks blocks;
    private final Lanes lanes;
    private final Operand x;
    private final Operand y;

    WindowKernel(String name, Blocks blocks, Lanes lanes, Operand x, Operand y) {
        this.name = name;
        this.blocks = blocks;
        this.lanes = lanes;
        this.x = x;
        this.y = y;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int pieces() {
        return blocks.count() * lanes.panels();
    }

    @Override
    public long work() {
        return blocks.shape().macs();
    }

    @Override
    public long packedBytes() {
        return lanes.packedBytes();
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int last = Split.start(pieces(), part + 1, parts);
        int staged = -1;
        for (int piece = Split.start(pieces(), part, parts); piece < last; piece++) {
            int block = piece / lanes.panels();
            if (blocks.staged() && block != staged) {
                blocks.stage(arena, part, block, lanes);
                staged = block;
            }
            lanes.run(
                    arena,
                    part,
                    piece % lanes.panels(),
                    x.offset(arena) + blocks.input(block),
                    blocks.pixels(block),
                    y.offset(arena) + blocks.output(block));
        }
    }
}
