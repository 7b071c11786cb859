package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * The inverse of {@link SpaceToBatch}: pixels of several batches become blocks of one, and pixels
 * are cut off around.
 *
 * @param block size of a block along axis 1, 2..., 1 or more
 * @param before number of pixels cut off before, for the same axes
 * @param after number of pixels cut off after
 */
public record BatchToSpace(Ints block, Ints before, Ints after) implements Moving {
    public BatchToSpace {
        SpaceToBatch.requireBlock(block, before, after);
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        SpaceToBatch.requireAxes(x, block);
        long places = SpaceToBatch.places(block);
        Shape y = x;
        boolean fits = x.dim(0) % places == 0;
        for (int i = 0; fits && i < block.size(); i++) {
            long size = (long) x.dim(i + 1) * block.at(i) - before.at(i) - after.at(i);
            fits = size >= 0;
            y = fits ? y.with(i + 1, Math.toIntExact(size)) : y;
        }
        if (!fits) {
            throw new ShapeException(
                    "blocks "
                            + block
                            + " cut by "
                            + before
                            + " and "
                            + after
                            + " cannot be made of shape "
                            + x);
        }
        return y.with(0, (int) (x.dim(0) / places));
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
    public static BatchToSpace read(Attributes a) {
        Ints block = a.ints("block");
        Ints none = Ints.repeat(0, block.size());
        return new BatchToSpace(block, a.ints("before", none), a.ints("after", none));
    }
}
