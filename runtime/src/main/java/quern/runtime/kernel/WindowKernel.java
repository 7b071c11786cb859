package quern.runtime.kernel;

import quern.runtime.arena.Arena;

/**
 * Convolutions over the products of a tier: for each block of output pixels, what it sees of the
 * image is staged if it must be, then panel after panel of output channels is made.
 */
final class WindowKernel implements Kernel {
    /** The arithmetic of an element type. */
    interface Lanes {
        /** Copies what a block sees. */
        Blocks.Stage stage();

        int panels();

        /** The first output channel of a panel; for the number of panels, that of all channels. */
        int start(int panel);

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
    private final Epilogue epilogue;

    WindowKernel(String name, Blocks blocks, Lanes lanes, Preparation p) {
        this.name = name + p.next().map(n -> "+" + n.op().getClass().getSimpleName()).orElse("");
        this.blocks = blocks;
        this.lanes = lanes;
        this.x = p.input(0);
        this.y = p.output();
        this.epilogue = Epilogue.of(p).orElse(null);
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
        int panels = lanes.panels();
        for (int piece = Split.start(pieces(), part, parts); piece < last; ) {
            int block = piece / panels;
            int first = piece % panels;
            int count = Math.min(panels - first, last - piece);
            block(arena, part, block, first, count);
            piece += count;
        }
    }

    /** Some panels of a block. */
    private void block(Arena arena, int part, int block, int first, int count) {
        if (blocks.staged()) {
            blocks.stage(arena, part, block, lanes.stage());
        }
        int from = x.offset(arena) + blocks.input(block);
        int to = y.offset(arena) + blocks.output(block);
        int pixels = blocks.pixels(block);
        for (int panel = first; panel < first + count; panel++) {
            lanes.run(arena, part, panel, from, pixels, to);
        }
        if (epilogue != null) {
            int start = lanes.start(first);
            finish(arena, to + start, pixels, lanes.start(first + count) - start);
        }
    }

    private void finish(Arena arena, int to, int pixels, int n) {
        int channels = blocks.shape().outputChannels();
        if (n == channels) {
            epilogue.run(arena, to, pixels * n);
            return;
        }
        for (int i = 0; i < pixels; i++) {
            epilogue.run(arena, to + i * channels, n);
        }
    }
}
