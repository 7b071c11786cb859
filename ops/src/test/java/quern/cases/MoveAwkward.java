package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.shape.BatchToSpace;
import quern.op.shape.BroadcastTo;
import quern.op.shape.DepthToSpace;
import quern.op.shape.MirrorPad;
import quern.op.shape.Slice;
import quern.op.shape.SpaceToBatch;
import quern.op.shape.SpaceToDepth;
import quern.op.shape.Tile;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/** Fixed cases of operators that move elements to places which their attributes tell. */
final class MoveAwkward {
    private static final Draw DRAW = new Draw(5, 12);

    private MoveAwkward() {}

    static List<OpCase> slice() {
        Slice back = new Slice(Ints.of(-1, 2), Ints.of(-2, -1), Ints.of(2, -1));
        List<OpCase> all = eachType(back, 4, 3);
        all.add(one(TensorType.f32(), Slice.of(Ints.of(), Ints.of())));
        all.add(one(TensorType.f32(3, 2), Slice.of(Ints.of(3, 0), Ints.of(0, 2))));
        all.add(one(TensorType.f32(3, 2), Slice.of(Ints.of(3, 1), Ints.of(-1, -1))));
        all.add(one(TensorType.f32(0, 2), Slice.of(Ints.of(0, -2), Ints.of(-1, 1))));
        int most = Integer.MAX_VALUE;
        Slice far = new Slice(Ints.of(0, 4), Ints.of(most, -most), Ints.of(-1, -1));
        all.add(one(TensorType.f32(5, 5), far));
        Slice reverse = new Slice(Ints.of(1, 0, -1), Ints.of(-1, 1, -1), Ints.of(-1, -1, -1));
        all.add(one(TensorType.s8(.5f, 3, 2, 3, 20), reverse));
        return all;
    }

    static List<OpCase> tile() {
        List<OpCase> all = eachType(new Tile(Ints.of(2, 3)), 3, 2);
        all.add(one(TensorType.f32(), new Tile(Ints.of())));
        all.add(one(TensorType.f32(2, 2), new Tile(Ints.of(1, 0))));
        all.add(one(TensorType.f32(2, 0), new Tile(Ints.of(3, 5))));
        all.add(one(TensorType.f32(1, 1, 1), new Tile(Ints.of(40, 1, 30))));
        return all;
    }

    static List<OpCase> broadcastTo() {
        List<OpCase> all = eachType(new BroadcastTo(Ints.of(2, 3, 2)), 3, 1);
        all.add(one(TensorType.f32(), new BroadcastTo(Ints.of())));
        all.add(one(TensorType.f32(), new BroadcastTo(Ints.of(3, 0))));
        all.add(one(TensorType.f32(1, 0), new BroadcastTo(Ints.of(4, 0))));
        all.add(one(TensorType.s8(1, 0, 1, 7), new BroadcastTo(Ints.of(50, 7))));
        return all;
    }

    static List<OpCase> mirrorPad() {
        Ints two = Ints.of(1, 2);
        List<OpCase> all = eachType(new MirrorPad(two, two, false), 2, 3);
        all.add(one(TensorType.f32(2, 2), new MirrorPad(two, two, true)));
        all.add(one(TensorType.f32(1, 2), new MirrorPad(Ints.of(1, 0), Ints.of(1, 1), true)));
        all.add(one(TensorType.f32(1, 2), new MirrorPad(Ints.of(0, 0), Ints.of(0, 0), false)));
        all.add(one(TensorType.f32(), new MirrorPad(Ints.of(), Ints.of(), true)));
        all.add(one(TensorType.f32(0, 2), new MirrorPad(Ints.of(0, 1), Ints.of(0, 1), false)));
        Ints rows = Ints.of(0, 2, 1, 0);
        all.add(one(TensorType.s8(1, 0, 2, 3, 4, 5), new MirrorPad(rows, rows, false)));
        return all;
    }

    static List<OpCase> spaceToDepth() {
        List<OpCase> all = eachType(new SpaceToDepth(2), 1, 2, 4, 3);
        all.add(one(TensorType.f32(1, 3, 3, 1), new SpaceToDepth(3)));
        all.add(one(TensorType.f32(2, 0, 2, 3), new SpaceToDepth(2)));
        all.add(one(TensorType.s8(1, 0, 1, 4, 40, 2), new SpaceToDepth(2)));
        return all;
    }

    static List<OpCase> depthToSpace() {
        List<OpCase> all = eachType(new DepthToSpace(2, false), 1, 2, 1, 8);
        all.addAll(eachType(new DepthToSpace(2, true), 1, 2, 1, 8));
        all.add(one(TensorType.f32(1, 1, 1, 9), new DepthToSpace(3, true)));
        all.add(one(TensorType.f32(2, 2, 2, 0), new DepthToSpace(2, false)));
        all.add(one(TensorType.s8(1, 0, 1, 2, 40, 4), new DepthToSpace(2, true)));
        return all;
    }

    static List<OpCase> spaceToBatch() {
        Ints block = Ints.of(2, 3);
        List<OpCase> all = eachType(new SpaceToBatch(block, Ints.of(1, 2), Ints.of(0, 4)), 2, 3, 3);
        Ints none = Ints.of(0, 0);
        all.add(one(TensorType.f32(1, 4, 3, 2), new SpaceToBatch(block, none, none)));
        // More padding than pixels: some batches hold nothing but zeros.
        all.add(
                one(
                        TensorType.s8(.5f, -7, 1, 1, 1, 2),
                        new SpaceToBatch(Ints.of(3, 2), Ints.of(5, 0), Ints.of(0, 3))));
        all.add(one(TensorType.f32(0, 4, 3), new SpaceToBatch(block, none, none)));
        all.add(one(TensorType.f32(1, 0, 3), new SpaceToBatch(block, Ints.of(2, 0), none)));
        all.add(one(TensorType.f32(3), new SpaceToBatch(Ints.of(), Ints.of(), Ints.of())));
        return all;
    }

    static List<OpCase> batchToSpace() {
        Ints block = Ints.of(2, 3);
        List<OpCase> all =
                eachType(new BatchToSpace(block, Ints.of(1, 0), Ints.of(0, 4)), 12, 2, 3);
        Ints none = Ints.of(0, 0);
        all.add(one(TensorType.f32(6, 2, 1, 2), new BatchToSpace(block, none, none)));
        all.add(one(TensorType.f32(6, 1, 1), new BatchToSpace(block, Ints.of(1, 2), none)));
        all.add(one(TensorType.f32(6, 1, 1), new BatchToSpace(block, Ints.of(2, 0), none)));
        all.add(one(TensorType.f32(0, 2, 2), new BatchToSpace(block, none, none)));
        return all;
    }

    /** The operator on a tensor of each element type, and on codes. */
    static List<OpCase> eachType(Op op, int... dims) {
        List<OpCase> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            all.add(one(TensorType.of(dtype, Shape.of(dims)), op));
        }
        all.add(one(TensorType.s8(.25f, 100, dims), op));
        return all;
    }

    private static OpCase one(TensorType x, Op op) {
        return new CaseBuilder(OpSet.standard().name(op) + " " + x + " by " + op)
                .input("x", Fill.bits(x, DRAW))
                .build(op);
    }
}
