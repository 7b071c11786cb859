package quern.cases;

import quern.op.Op;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.DepthToSpace;
import quern.op.shape.MirrorPad;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Operators that move elements to places which their attributes tell, on every element type. */
final class MoveCases {
    private MoveCases() {}

    static OpCase slice(Draw d) {
        int[] x = d.shape(1, 5, 500).toArray();
        int[] starts = new int[x.length];
        int[] steps = new int[x.length];
        int[] sizes = new int[x.length];
        for (int axis = 0; axis < x.length; axis++) {
            steps[axis] = d.chance(60) ? 1 : d.pick(2, 3, -1, -2, 100, -100);
            if (x[axis] == 0) {
                continue;
            }
            starts[axis] = d.between(0, x[axis] - 1);
            int ahead = steps[axis] > 0 ? x[axis] - starts[axis] : starts[axis] + 1;
            int most = (ahead - 1) / Math.abs(steps[axis]) + 1;
            sizes[axis] = d.chance(20) ? -1 : d.between(d.chance(3) ? 0 : 1, most);
            starts[axis] -= d.chance(20) ? x[axis] : 0;
        }
        return build(d, Shape.of(x), new Slice(Ints.of(starts), Ints.of(steps), Ints.of(sizes)));
    }

    static OpCase tile(Draw d) {
        Shape x = d.shape(0, 5, 100);
        int[] repeats = new int[x.rank()];
        for (int axis = 0; axis < repeats.length; axis++) {
            repeats[axis] = d.chance(50) ? 1 : d.chance(3) ? 0 : d.between(2, 3);
        }
        return build(d, x, new Tile(Ints.of(repeats)));
    }

    static OpCase broadcastTo(Draw d) {
        int[] y = d.shape(0, 5, 600).toArray();
        int[] x = new int[d.between(0, y.length)];
        for (int axis = 0; axis < x.length; axis++) {
            x[axis] = d.chance(50) ? 1 : y[y.length - x.length + axis];
        }
        return build(d, Shape.of(x), new BroadcastTo(Ints.of(y)));
    }

    static OpCase mirrorPad(Draw d) {
        int[] x = d.shape(1, 4, 200).toArray();
        boolean symmetric = d.chance(50);
        int[] before = new int[x.length];
        int[] after = new int[x.length];
        for (int axis = 0; axis < x.length; axis++) {
            int most = Math.max(0, Math.min(3, x[axis] - (symmetric ? 0 : 1)));
            before[axis] = d.chance(50) ? 0 : d.between(0, most);
            after[axis] = d.chance(50) ? 0 : d.between(0, most);
        }
        return build(d, Shape.of(x), new MirrorPad(Ints.of(before), Ints.of(after), symmetric));
    }

    static OpCase spaceToDepth(Draw d) {
        int b = d.between(1, 3);
        Shape x = Shape.of(d.upTo(1, 3), b * d.upTo(1, 5), b * d.upTo(1, 5), d.upTo(1, 5));
        return build(d, x, new SpaceToDepth(b));
    }

    static OpCase depthToSpace(Draw d) {
        int b = d.between(1, 3);
        Shape x = Shape.of(d.upTo(1, 3), d.upTo(1, 5), d.upTo(1, 5), b * b * d.upTo(1, 5));
        return build(d, x, new DepthToSpace(b, d.chance(50)));
    }

    static OpCase spaceToBatch(Draw d) {
        int[] x = d.shape(2, 5, 200).toArray();
        int[] block = new int[d.between(1, x.length - 1)];
        int[] before = new int[block.length];
        int[] after = new int[block.length];
        for (int i = 0; i < block.length; i++) {
            block[i] = d.between(1, 3);
            before[i] = d.between(0, 3);
            int open = (x[i + 1] + before[i]) % block[i];
            after[i] = (open == 0 ? 0 : block[i] - open) + (d.chance(20) ? block[i] : 0);
        }
        return build(
                d, Shape.of(x), new SpaceToBatch(Ints.of(block), Ints.of(before), Ints.of(after)));
    }

    static OpCase batchToSpace(Draw d) {
        int[] x = d.shape(2, 5, 100).toArray();
        int[] block = new int[d.between(1, Math.min(3, x.length - 1))];
        int[] before = new int[block.length];
        int[] after = new int[block.length];
        for (int i = 0; i < block.length; i++) {
            block[i] = d.between(1, 3);
            x[0] *= block[i];
            before[i] = d.between(0, Math.min(3, x[i + 1] * block[i]));
            after[i] = d.between(0, Math.min(3, x[i + 1] * block[i] - before[i]));
        }
        return build(
                d, Shape.of(x), new BatchToSpace(Ints.of(block), Ints.of(before), Ints.of(after)));
    }

    private static OpCase build(Draw d, Shape x, Op op) {
        return new CaseBuilder("").input("x", Fill.bits(ShapeCases.wholeBytes(d, x), d)).build(op);
    }
}
