package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;

/**
 * Blocks of pixels of an image {@code [N,H,W,C]} become its channels: channel {@code (i * block +
 * j) * C + c} of an output pixel is channel {@code c} of row {@code i}, column {@code j} of its
 * block.
 *
 * @param block height and width of a block, 1 or more
 */
public record SpaceToDepth(int block) implements Moving {
    public SpaceToDepth {
        requireBlock(block);
    }

    static void requireBlock(int block) {
        if (block < 1) {
            throw new ShapeException("a block of " + block + " pixels is not positive");
        }
    }

    @Override
    public Shape move(OpInputs in) {
        TypeRules.rank(in.type(0), 4, "the image");
        Shape x = in.type(0).shape();
        if (x.dim(1) % block != 0 || x.dim(2) % block != 0) {
            throw new ShapeException("blocks of " + block + " do not divide image " + x);
        }
        int channels = Math.multiplyExact(x.dim(3), Math.multiplyExact(block, block));
        return x.with(1, x.dim(1) / block).with(2, x.dim(2) / block).with(3, channels);
    }

    @Override
    public void write(Attributes a) {
        a.put("block", block);
    }

    /** Restores what {@link #write} wrote. */
    public static SpaceToDepth read(Attributes a) {
        return new SpaceToDepth(a.integer("block"));
    }
}
