package quern.quant.train;

import java.util.Arrays;
import quern.error.UnsupportedOpException;
import quern.op.Op;
import quern.op.reduction.Sum;
import quern.op.shape.Concat;
import quern.op.shape.DepthToSpace;
import quern.op.shape.Pad;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Gradients of operators that move numbers. */
final class ShapeGradients {
    private ShapeGradients() {}

    static void reshape(Op op, Backward n) {
        n.to(0, n.reshape(n.gradient(), n.shape(0)));
    }

    /** What was repeated is summed. */
    static void broadcast(Op op, Backward n) {
        n.to(0, n.gradient());
    }

    static void transpose(Op op, Backward n) {
        Ints p = ((Transpose) op).permutation();
        int[] back = new int[p.size()];
        Arrays.setAll(back, i -> i);
        for (int i = 0; i < back.length; i++) {
            back[p.at(i)] = i;
        }
        n.to(0, n.add(new Transpose(Ints.of(back)), n.gradient()));
    }

    static void pad(Op op, Backward n) {
        String inner = n.add(Slice.of(((Pad) op).before(), sizes(n.shape(0))), n.gradient());
        n.to(0, inner);
        if (n.wants(1)) {
            n.to(1, n.minus(total(n, n.gradient()), total(n, inner)));
        }
    }

    private static String total(Backward n, String value) {
        int[] axes = new int[n.shape(value).rank()];
        Arrays.setAll(axes, i -> i);
        return n.add(new Sum(Ints.of(axes), false), value);
    }

    private static Ints sizes(Shape s) {
        return Ints.of(s.toArray());
    }

    static void concat(Op op, Backward n) {
        int axis = ((Concat) op).axis();
        int at = 0;
        for (int i = 0; i < n.inputs(); i++) {
            int[] starts = new int[n.shape(i).rank()];
            starts[axis] = at;
            at += n.shape(i).dim(axis);
            if (n.wants(i)) {
                n.to(i, n.add(Slice.of(Ints.of(starts), sizes(n.shape(i))), n.gradient()));
            }
        }
    }

    static void slice(Op op, Backward n) {
        Slice s = (Slice) op;
        if (!s.steps().all(1)) {
            throw new UnsupportedOpException(
                    "Slice", n.out(), "its gradient is there for steps of 1 only");
        }
        Shape x = n.shape(0);
        Shape y = n.shape(n.out());
        int[] before = new int[x.rank()];
        int[] after = new int[x.rank()];
        for (int a = 0; a < before.length; a++) {
            before[a] = s.start(a, x.dim(a));
            after[a] = x.dim(a) - y.dim(a) - before[a];
        }
        n.to(0, n.add(new Pad(Ints.of(before), Ints.of(after), 0), n.gradient()));
    }

    static void spaceToDepth(Op op, Backward n) {
        n.to(0, n.add(new DepthToSpace(((SpaceToDepth) op).block(), false), n.gradient()));
    }

    static void depthToSpace(Op op, Backward n) {
        DepthToSpace d = (DepthToSpace) op;
        if (d.depthFirst()) {
            throw new UnsupportedOpException(
                    "DepthToSpace", n.out(), "its gradient is there for depth last only");
        }
        n.to(0, n.add(new SpaceToDepth(d.block()), n.gradient()));
    }
}
