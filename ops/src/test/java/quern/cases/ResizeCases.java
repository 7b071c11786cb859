package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.Op;
import quern.op.image.ResizeBilinear;
import quern.op.image.ResizeNearestNeighbor;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Images made larger, smaller and both, on every kind of pixel grid. */
final class ResizeCases {
    /** Makes an operator from its attributes. */
    private interface Maker {
        Op make(Ints size, boolean alignCorners, boolean halfPixelCenters);
    }

    private ResizeCases() {}

    static OpCase bilinear(Draw d) {
        return random(d, ResizeBilinear::new);
    }

    static OpCase nearest(Draw d) {
        return random(d, ResizeNearestNeighbor::new);
    }

    private static OpCase random(Draw d, Maker maker) {
        Shape x = Shape.of(d.upTo(1, 2), d.upTo(1, 9), d.upTo(1, 9), d.upTo(1, 5));
        int grid = d.between(0, 3);
        Ints size = Ints.of(d.upTo(1, 20), d.upTo(1, 20));
        Op op = maker.make(size, (grid & 1) == 1, grid >= 2);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        return d.chance(30)
                ? b.input("x", Fill.reals(x, d)).build(op)
                : b.input("x", Fill.codes(Types.activation16(d, x, 0.05), d)).build(op);
    }

    static List<OpCase> awkwardBilinear() {
        return awkward("ResizeBilinear", ResizeBilinear::new);
    }

    static List<OpCase> awkwardNearest() {
        return awkward("ResizeNearestNeighbor", ResizeNearestNeighbor::new);
    }

    private static List<OpCase> awkward(String name, Maker maker) {
        List<OpCase> all = new ArrayList<>();
        for (Op op : grids(maker)) {
            for (RoundingMode mode : RoundingMode.values()) {
                TensorType s8 = TensorType.s8(0.5f, 127, 1, 8, 32, 1);
                all.add(codes(name + " all codes " + op, mode, op, s8));
                TensorType u8 = new TensorType(DType.U8, s8.shape(), Quant.perTensor(0.25f, 0));
                all.add(codes(name + " all unsigned codes " + op, mode, op, u8));
                Quant wide = new Quant.PerTensor(1, 0, 16);
                TensorType s16 = new TensorType(DType.S16, Shape.of(1, 3, 4, 1), wide);
                Tensor codes = Fill.cycle(s16, -32768, 32767, 32766, -5, 4, 9999);
                all.add(
                        new CaseBuilder(name + " of 16 bits " + op + ", " + mode.label())
                                .rounding(mode)
                                .input("x", codes)
                                .build(op));
            }
            all.add(
                    new CaseBuilder(name + " wild floats " + op)
                            .input("x", Fill.wild(Shape.of(2, 5, 7, 3)))
                            .build(op));
            all.add(
                    new CaseBuilder(name + " one pixel " + op)
                            .input("x", Fill.constant(TensorType.f32(1, 1, 1, 2), -0.0))
                            .build(op));
            all.add(
                    new CaseBuilder(name + " no image " + op)
                            .input("x", Fill.wild(Shape.of(0, 4, 4, 2)))
                            .build(op));
        }
        // The scale of 33 rows in 1024ths is rounded up: the last position lies beyond the image.
        all.add(
                codes(
                        name + " scale rounded up",
                        RoundingMode.DOUBLE,
                        maker.make(Ints.of(513, 1), false, false),
                        TensorType.s8(1, 0, 1, 33, 2, 1)));
        return all;
    }

    private static List<Op> grids(Maker maker) {
        List<Op> all = new ArrayList<>();
        for (Ints size : List.of(Ints.of(1, 1), Ints.of(13, 5), Ints.of(16, 64))) {
            all.add(maker.make(size, false, false));
            all.add(maker.make(size, true, false));
            all.add(maker.make(size, false, true));
            all.add(maker.make(size, true, true));
        }
        return all;
    }

    private static OpCase codes(String name, RoundingMode mode, Op op, TensorType x) {
        return new CaseBuilder(name + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(op);
    }
}
