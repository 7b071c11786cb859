package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.quantize.Dequantize;
import quern.op.quantize.DynamicQuantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Between real numbers and codes of 4 to 16 bits. */
final class QuantizeCases {
    private QuantizeCases() {}

    static OpCase quantize(Draw d) {
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = d.shape(0, 4, 400);
        b.input("x", Fill.reals(x, d));
        return b.build(new Quantize(), codes(d, x));
    }

    static OpCase dequantize(Draw d) {
        Shape x = d.shape(1, 4, 400);
        TensorType type =
                d.chance(40) ? Types.weights(d, x, d.between(0, x.rank() - 1)) : codes(d, x);
        return new CaseBuilder("").input("x", Fill.codes(type, d)).build(new Dequantize());
    }

    static OpCase dynamic(Draw d) {
        Shape x = d.shape(0, 4, 700);
        return new CaseBuilder("").input("x", Fill.reals(x, d)).build(new DynamicQuantize());
    }

    static List<OpCase> awkwardDynamic() {
        TensorType five = TensorType.f32(5);
        float inf = Float.POSITIVE_INFINITY;
        List<Tensor> all =
                List.of(
                        Fill.wild(Shape.of(17)),
                        Fill.cycle(five, 0),
                        Fill.cycle(five, -0.0),
                        Tensor.of(Shape.of(0), new float[0]),
                        Tensor.of(Shape.of(4), 0, 255, 0.5f, 1.5f),
                        Tensor.of(Shape.of(5), -1, 254, 0.5f, 1.5f, Float.NaN),
                        Tensor.of(Shape.of(3), -3f, -2, -1),
                        Tensor.of(Shape.of(3), 1e-45f, 0, -1e-45f),
                        Tensor.of(Shape.of(3), 1e-40f, 1e-42f, -1e-41f),
                        Tensor.of(Shape.of(3), Float.MAX_VALUE, -Float.MAX_VALUE, 1),
                        Tensor.of(Shape.of(3), inf, 0, 1),
                        Tensor.of(Shape.of(3), inf, -inf, 1));
        List<OpCase> cases = new ArrayList<>();
        for (Tensor x : all) {
            String name = "DynamicQuantize " + cases.size();
            cases.add(new CaseBuilder(name).input("x", x).build(new DynamicQuantize()));
        }
        return cases;
    }

    static OpCase requantize(Draw d) {
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Shape x = d.shape(0, 4, 400);
        b.input("x", Fill.codes(d.chance(15) ? wide(d, x) : codes(d, x), d));
        return b.build(new Requantize(), d.chance(10) ? wide(d, x) : codes(d, x));
    }

    /** Codes of 32 bits, whose zero is 0. */
    private static TensorType wide(Draw d, Shape x) {
        float scale = d.scale(d.pick(0.05, 1e-9));
        return new TensorType(DType.S32, x, new Quant.PerTensor(scale, 0, 32));
    }

    private static TensorType codes(Draw d, Shape x) {
        DType dtype =
                d.pick(DType.S8, DType.S8, DType.U8, DType.S16, DType.U16, DType.S4, DType.U4);
        int bits = d.chance(85) ? dtype.bits() : d.between(2, dtype.bits());
        return Types.perTensor(d, dtype, x, dtype.bits() == 16 ? 0.0005 : 0.05, bits);
    }

    static List<OpCase> awkwardQuantize() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            for (DType dtype : new DType[] {DType.S8, DType.U8, DType.S16, DType.S4}) {
                for (float scale : new float[] {0.5f, 0.1f, 1e-38f}) {
                    Quant q = new Quant.PerTensor(scale, (int) dtype.max(3), dtype.bits());
                    CaseBuilder b =
                            new CaseBuilder("Quantize " + dtype + q + ", " + mode.label())
                                    .rounding(mode)
                                    .input("x", Fill.wild(Shape.of(17)));
                    all.add(b.build(new Quantize(), new TensorType(dtype, Shape.of(17), q)));
                }
            }
            all.add(
                    new CaseBuilder("Quantize ties, " + mode.label())
                            .rounding(mode)
                            .input(
                                    "x",
                                    Fill.cycle(
                                            TensorType.f32(9),
                                            .25,
                                            -.25,
                                            .75,
                                            -.75,
                                            1.25,
                                            -1.25,
                                            -63.75,
                                            63.25,
                                            .24999999))
                            .build(new Quantize(), Quant.perTensor(.5f, 1)));
        }
        return all;
    }

    static List<OpCase> awkwardDequantize() {
        List<OpCase> all = new ArrayList<>();
        Quant rows = new Quant.PerChannel(0, Floats.of(.5f, 1e-3f, 7), Ints.of(-8, 0, 7), 4);
        Quant blocks =
                new Quant.PerBlock(
                        1, 2, Floats.of(1, 2, 3, .1f, .2f, .3f), Ints.of(0, 1, -2, 3, -4, 5), 4);
        for (DType dtype : new DType[] {DType.S8, DType.S4}) {
            all.add(dequantize(new TensorType(dtype, Shape.of(3, 5), rows)));
            all.add(dequantize(new TensorType(dtype, Shape.of(2, 5), blocks)));
        }
        all.add(dequantize(TensorType.s8(.1f, 127, 256)));
        all.add(dequantize(new TensorType(DType.U8, Shape.of(256), Quant.perTensor(1e30f, 255))));
        all.add(
                dequantize(
                        new TensorType(DType.U4, Shape.of(3, 3), new Quant.PerTensor(2, 15, 4))));
        return all;
    }

    private static OpCase dequantize(TensorType x) {
        return new CaseBuilder("Dequantize " + x)
                .constant("x", Fill.ramp(x))
                .build(new Dequantize());
    }

    static List<OpCase> awkwardRequantize() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(requantize(mode, TensorType.s8(1, 3, 256), TensorType.s8(2, -1, 256)));
            all.add(requantize(mode, TensorType.s8(1, 127, 256), TensorType.s8(1, -128, 256)));
            all.add(requantize(mode, TensorType.s8(.1f, 0, 256), TensorType.s8(.001f, 0, 256)));
            all.add(requantize(mode, TensorType.s8(.1f, 0, 256), TensorType.s8(.1f, 0, 256)));
            TensorType u8 = new TensorType(DType.U8, Shape.of(256), Quant.perTensor(.1f, 128));
            all.add(requantize(mode, u8, TensorType.s8(.1f, 0, 256)));
            for (DType to : new DType[] {DType.S8, DType.S16, DType.S32}) {
                for (float scale : new float[] {1e-4f, 2, 70000}) {
                    Quant q = new Quant.PerTensor(scale, 0, to.bits());
                    TensorType y = new TensorType(to, Shape.of(11), q);
                    all.add(ends(mode, DType.S16, 2, y));
                    all.add(ends(mode, DType.S32, 2, y));
                }
            }
            all.add(requantize(mode, TensorType.s8(.1f, 0, 256), u8));
            TensorType s32 =
                    new TensorType(DType.S32, Shape.of(5), new Quant.PerTensor(.5f, 0, 32));
            Tensor extremes = Fill.cycle(s32, Integer.MIN_VALUE, -1, 1, 1 << 30, Integer.MAX_VALUE);
            all.add(
                    new CaseBuilder("Requantize extremes of 32 bits, " + mode.label())
                            .rounding(mode)
                            .input("x", extremes)
                            .build(new Requantize(), TensorType.s8(0.001f, 7, 5)));
        }
        return all;
    }

    /** The ends of a type and ties. */
    private static OpCase ends(RoundingMode mode, DType from, float scale, TensorType y) {
        Quant q = new Quant.PerTensor(scale, 0, from.bits());
        double low = from.min(from.bits());
        TensorType x = new TensorType(from, y.shape(), q);
        return new CaseBuilder("Requantize " + x + " to " + y + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.cycle(x, low, low + 1, -70, -35, -3, -1, 0, 1, 35, 70, -low - 1))
                .build(new Requantize(), y);
    }

    private static OpCase requantize(RoundingMode mode, TensorType x, TensorType y) {
        return new CaseBuilder("Requantize " + x + " to " + y + ", " + mode.label())
                .rounding(mode)
                .input("x", Fill.ramp(x))
                .build(new Requantize(), y);
    }
}
