package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.op.quantize.Cast;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Casts between all pairs of element types. */
final class CastCases {
    private static final DType[] TYPES = {
        DType.F32,
        DType.F64,
        DType.F16,
        DType.BF16,
        DType.S8,
        DType.U8,
        DType.S16,
        DType.U16,
        DType.S32,
        DType.U32,
        DType.S64,
        DType.U64,
        DType.BOOL
    };
    private static final double[] EDGES = {
        0,
        -0.0,
        0.5,
        -0.5,
        0.999,
        -1,
        1.5,
        127,
        127.9,
        128,
        -128.9,
        -129,
        255,
        256,
        32767.5,
        65504,
        65519,
        65520,
        65535.5,
        0x1p24 + 1,
        0x1p31,
        -0x1p31,
        0x1p32 - 1,
        0x1p63,
        -0x1p63,
        0x1p64,
        1e-7,
        6e-8,
        2.9e-8,
        6.1e-5,
        1e-45,
        1e30,
        -1e300,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private CastCases() {}

    static OpCase random(Draw d) {
        Shape shape = d.shape(0, 4, 400);
        Cast op = new Cast(d.pick(TYPES));
        CaseBuilder b = new CaseBuilder("");
        DType from = d.chance(30) ? d.pick(DType.F32, DType.S8, DType.U8) : d.pick(TYPES);
        if (from.bits() == 8 && from != DType.BOOL && d.chance(50)) {
            b.input("x", Fill.codes(Types.perTensor(d, from, shape, 0.05, 8), d));
        } else if (from.isFloat()) {
            b.input("x", Fill.bits(TensorType.of(from, shape), d));
        } else {
            b.input("x", Fill.integers(from, shape, d));
        }
        boolean codes = op.to() == DType.S8 && d.chance(30);
        return codes ? b.build(op, Types.perTensor(d, DType.S8, shape, 1, 8)) : b.build(op);
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        for (DType from : TYPES) {
            Tensor x = edges(from);
            for (DType to : TYPES) {
                all.add(
                        new CaseBuilder("Cast " + from + " to " + to)
                                .input("x", x)
                                .build(new Cast(to)));
            }
        }
        all.add(
                new CaseBuilder("Cast nothing")
                        .input("x", Tensor.zeros(TensorType.f32(2, 0)))
                        .build(new Cast(DType.S64)));
        return all;
    }

    /** The ends of the type, what stands next to them, and numbers at the edges of other types. */
    private static Tensor edges(DType from) {
        Tensor x = Tensor.zeros(TensorType.of(from, Shape.of(EDGES.length)));
        for (int i = 0; i < EDGES.length; i++) {
            double v = EDGES[i];
            switch (from) {
                case F32 -> x.floats()[i] = (float) v;
                case F64 -> x.doubles()[i] = v;
                case F16, BF16 -> x.shorts()[i] = (short) (i * 1873);
                case BOOL -> x.setInteger(i, i & 1);
                default -> x.setInteger(i, (long) v);
            }
        }
        if (from.isInteger()) {
            x.setInteger(0, from.min(from.bits()));
            x.setInteger(1, from.max(from.bits()));
            x.setInteger(2, from == DType.U64 ? -1 : from.max(from.bits()) - 1);
            x.setInteger(3, from == DType.U64 ? 0x8000_0080_0000_0001L : 5);
        }
        return x;
    }
}
