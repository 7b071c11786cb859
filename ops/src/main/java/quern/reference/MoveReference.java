package quern.reference;

import java.util.function.UnaryOperator;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.DepthToSpace;
import quern.op.shape.MirrorPad;
import quern.op.shape.Range;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * Operators whose output elements come from places that the attributes alone tell, and counting.
 */
final class MoveReference {
    private MoveReference() {}

    /** Each output element is the input element at the place that {@code from} makes of its own. */
    private static void move(KernelContext c, UnaryOperator<int[]> from) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            int[] at = from.apply(Indexing.coordinates(y.shape(), i));
            Indexing.copy(x, Indexing.index(x.shape(), at), y, i);
        }
    }

    static void range(Range op, KernelContext c) {
        Tensor y = c.output();
        for (int i = 0; i < op.count(); i++) {
            if (i == 0) {
                Indexing.copy(c.input(0), 0, y, 0);
            } else if (y.dtype() == DType.F32) {
                y.setReal(i, y.real(i - 1) + c.input(1).real(0));
            } else {
                y.setInteger(i, y.integer(i - 1) + c.input(1).integer(0));
            }
        }
    }

    static void slice(Slice op, KernelContext c) {
        move(
                c,
                at -> {
                    for (int axis = 0; axis < at.length; axis++) {
                        int dim = c.input(0).shape().dim(axis);
                        at[axis] = op.start(axis, dim) + at[axis] * op.steps().at(axis);
                    }
                    return at;
                });
    }

    static void tile(Tile op, KernelContext c) {
        move(
                c,
                at -> {
                    for (int axis = 0; axis < at.length; axis++) {
                        at[axis] %= c.input(0).shape().dim(axis);
                    }
                    return at;
                });
    }

    static void broadcastTo(BroadcastTo op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < y.elements(); i++) {
            Indexing.copy(x, Indexing.broadcast(y.shape(), i, x.shape()), y, i);
        }
    }

    static void mirrorPad(MirrorPad op, KernelContext c) {
        move(
                c,
                at -> {
                    for (int axis = 0; axis < at.length; axis++) {
                        at[axis] = op.source(axis, c.input(0).shape().dim(axis), at[axis]);
                    }
                    return at;
                });
    }

    static void spaceToDepth(SpaceToDepth op, KernelContext c) {
        int block = op.block();
        int channels = c.input(0).shape().dim(3);
        move(
                c,
                at -> {
                    int place = at[3] / channels;
                    int row = at[1] * block + place / block;
                    int column = at[2] * block + place % block;
                    return new int[] {at[0], row, column, at[3] % channels};
                });
    }

    static void depthToSpace(DepthToSpace op, KernelContext c) {
        int block = op.block();
        int depth = c.output().shape().dim(3);
        move(
                c,
                at -> {
                    int place = at[1] % block * block + at[2] % block;
                    int channel =
                            op.depthFirst() ? at[3] * block * block + place : place * depth + at[3];
                    return new int[] {at[0], at[1] / block, at[2] / block, channel};
                });
    }

    static void spaceToBatch(SpaceToBatch op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        Tensor zero = ReferenceInterpreter.zero(y.type().withShape(Shape.of()));
        for (int i = 0; i < y.elements(); i++) {
            int[] at = inImage(op.block(), op.before(), x.shape().dim(0), y, i);
            boolean inside = true;
            for (int axis = 1; axis <= op.block().size(); axis++) {
                inside &= at[axis] >= 0 && at[axis] < x.shape().dim(axis);
            }
            if (inside) {
                Indexing.copy(x, Indexing.index(x.shape(), at), y, i);
            } else {
                Indexing.copy(zero, 0, y, i);
            }
        }
    }

    static void batchToSpace(BatchToSpace op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor y = c.output();
        for (int i = 0; i < x.elements(); i++) {
            int[] at = inImage(op.block(), op.before(), y.shape().dim(0), x, i);
            boolean kept = true;
            for (int axis = 1; axis <= op.block().size(); axis++) {
                kept &= at[axis] >= 0 && at[axis] < y.shape().dim(axis);
            }
            if (kept) {
                Indexing.copy(x, i, y, Indexing.index(y.shape(), at));
            }
        }
    }

    /** Where element {@code i} of many small images stands in the {@code images} large ones. */
    private static int[] inImage(Ints block, Ints before, int images, Tensor small, int i) {
        int[] at = Indexing.coordinates(small.shape(), i);
        int place = at[0] / images;
        at[0] %= images;
        for (int axis = block.size(); axis > 0; axis--) {
            int b = block.at(axis - 1);
            at[axis] = at[axis] * b + place % b - before.at(axis - 1);
            place /= b;
        }
        return at;
    }
}
