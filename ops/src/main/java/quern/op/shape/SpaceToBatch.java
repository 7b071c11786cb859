package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * Every n-th pixel along the axes behind the batch goes into a batch of its own, after real zeros
 * were added around: batch {@code k * N + n} of the output begins at the {@code k}-th place of a
 * block, places in row-major order, and takes one pixel of each block of the image {@code n}.
 *
 * @param block size of a block along axis 1, 2..., 1 or more
 * @param before number of zeros before, for the same axes
 * @param after number of zeros after
 */
public record SpaceToBatch(Ints block, Ints before, Ints after) implements Moving {
    public SpaceToBatch {
        requireBlock(block, before, after);
    }

    static void requireBlock(Ints block, Ints before, Ints after) {
        Pad.requireSides(before, after);
        if (block.size() != before.size() || block.stream().anyMatch(b -> b < 1)) {
            throw new ShapeException(
                    "blocks "
                            + block
                            + " must be positive, and as many as the numbers "
                            + before
                            + " and "
                            + after);
        }
    }

    /** Throws unless {@code x} has a batch and an axis for each size of a block. */
    static void requireAxes(Shape x, Ints block) {
        if (x.rank() <= block.size()) {
            throw new ShapeException("blocks " + block + " do not fit shape " + x);
        }
    }

    /** Number of places in a block. */
    static long places(Ints block) {
        return block.stream().asLongStream().reduce(1, Math::multiplyExact);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        requireAxes(x, block);
        Shape y = x;
        for (int i = 0; i < block.size(); i++) {
            long padded = (long) x.dim(i + 1) + before.at(i) + after.at(i);
            if (padded % block.at(i) != 0) {
                throw new ShapeException(
                        "blocks " + block + " do not divide " + x + " with its padding");
            }
            y = y.with(i + 1, Math.toIntExact(padded / block.at(i)));
        }
        return y.with(0, Math.toIntExact(Math.multiplyExact(x.dim(0), places(block))));
    }

    @Override
    public void write(Attributes a) {
        a.put("block", block);
        if (!before.all(0) || !after.all(0)) {
            a.put("before", before);
            a.put("after", after);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static SpaceToBatch read(Attributes a) {
        Ints block = a.ints("block");
        Ints none = Ints.repeat(0, block.size());
        return new SpaceToBatch(block, a.ints("before", none), a.ints("after", none));
    }
}
