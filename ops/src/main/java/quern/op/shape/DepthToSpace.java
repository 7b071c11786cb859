package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;

/**
 * Channels of an image {@code [N,H,W,C]} become blocks of pixels. Channel {@code c} of {@code D = C
 * / block^2} in row {@code i}, column {@code j} of a block is channel {@code (i * block + j) * D +
 * c} of the input, or {@code (c * block + i) * block + j} if depth comes first.
 *
 * @param block height and width of a block, 1 or more
 * @param depthFirst the block is the inner part of a channel's number
 */
public record DepthToSpace(int block, boolean depthFirst) implements Moving {
    public DepthToSpace {
        SpaceToDepth.requireBlock(block);
    }

    @Override
    public Shape move(OpInputs in) {
        TypeRules.rank(in.type(0), 4, "the image");
        Shape x = in.type(0).shape();
        int area = Math.multiplyExact(block, block);
        if (x.dim(3) % area != 0) {
            throw new ShapeException("blocks of " + block + " do not divide channels of " + x);
        }
        int height = Math.multiplyExact(x.dim(1), block);
        int width = Math.multiplyExact(x.dim(2), block);
        return x.with(1, height).with(2, width).with(3, x.dim(3) / area);
    }

    @Override
    public void write(Attributes a) {
        a.put("block", block);
        if (depthFirst) {
            a.put("depth_first", true);
        }
    }

    /** Restores what {@link #write} wrote. */
    public static DepthToSpace read(Attributes a) {
        return new DepthToSpace(a.integer("block"), a.flag("depth_first", false));
    }
}
