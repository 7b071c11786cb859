package quern.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.nn.BatchMatmul;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Products of matrices, each stored either way, with batches that broadcast. */
final class MatmulCases {
    private MatmulCases() {}

    static OpCase random(Draw d) {
        BatchMatmul op = new BatchMatmul(d.chance(50), d.chance(50));
        int m = d.upTo(1, 9);
        int k = d.upTo(1, 33);
        int n = d.upTo(1, 9);
        int[] batch = new int[d.between(0, 2)];
        Arrays.setAll(batch, i -> d.upTo(1, 3));
        Shape a = shape(d, batch, op.transposeA() ? k : m, op.transposeA() ? m : k);
        Shape b = shape(d, batch, op.transposeB() ? n : k, op.transposeB() ? k : n);
        CaseBuilder c = new CaseBuilder("").rounding(d.rounding());
        boolean asInput = d.chance(60);
        if (d.chance(35)) {
            return c.input("a", Fill.reals(a, d)).operand("b", Fill.reals(b, d), asInput).build(op);
        }
        boolean wide = d.chance(25);
        TensorType at = wide ? Types.wide(d, a, 0.0002) : Types.activation(d, a, 0.05);
        TensorType bt = wide ? Types.wide(d, b, 0.0002) : Types.activation(d, b, 0.05);
        c.input("a", Fill.codes(at, d)).operand("b", Fill.codes(bt, d), asInput);
        if (!wide && d.chance(15)) {
            return c.build(op, TensorType.of(DType.S32, c.infer(op).shape()));
        }
        double spread = (wide ? 8192 : 32) * Math.sqrt(k) * Math.scalb(1.0, d.between(-2, 3));
        return c.build(op, Types.output(d, c.infer(op), at.scale(0) * bt.scale(0) * spread));
    }

    /** Some axes of the batch are 1 or left out. */
    private static Shape shape(Draw d, int[] batch, int rows, int columns) {
        int dropped = d.chance(20) ? d.between(0, batch.length) : 0;
        int[] dims = new int[batch.length - dropped + 2];
        for (int i = 0; i < dims.length - 2; i++) {
            dims[i] = d.chance(20) ? 1 : batch[dropped + i];
        }
        dims[dims.length - 2] = rows;
        dims[dims.length - 1] = columns;
        return Shape.of(dims);
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        BatchMatmul plain = new BatchMatmul(false, false);
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(
                    new CaseBuilder("BatchMatmul all codes, ties, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.ramp(TensorType.s8(1, 1, 256, 1)))
                            .input("b", Fill.cycle(TensorType.s8(1, -1, 1, 3), 0, 2, -2))
                            .build(plain, Quant.perTensor(2, 1)));
            all.add(
                    new CaseBuilder("BatchMatmul largest products, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.constant(TensorType.s8(1, 127, 2, 3, 500), -128))
                            .input("b", Fill.constant(TensorType.s8(1, 127, 500, 2), -128))
                            .build(plain, Quant.perTensor(1e6f, -100)));
            Quant unit = new Quant.PerTensor(1, 0, 16);
            TensorType a = new TensorType(DType.S16, Shape.of(2, 500), unit);
            TensorType b = new TensorType(DType.S16, Shape.of(500, 3), unit);
            all.add(
                    new CaseBuilder("BatchMatmul of 16 bits, " + mode.label())
                            .rounding(mode)
                            .input("a", Fill.cycle(a, -32768, -32768, 32767, -32768))
                            .input("b", Fill.cycle(b, -32768, 1, 32767, -32768, -7))
                            .build(plain, new Quant.PerTensor(2e7f, 0, 16)));
        }
        all.add(
                new CaseBuilder("BatchMatmul wild floats")
                        .input("a", Fill.wild(Shape.of(2, 3, 17)))
                        .input("b", Fill.wild(Shape.of(1, 5, 17)))
                        .build(new BatchMatmul(false, true)));
        all.add(
                new CaseBuilder("BatchMatmul with itself")
                        .input("a", Fill.reals(Shape.of(2, 4, 3), new Draw(5, 1)))
                        .again(0)
                        .build(new BatchMatmul(true, false)));
        all.add(
                new CaseBuilder("BatchMatmul no depth")
                        .input("a", Tensor.of(Shape.of(2, 0), new float[0]))
                        .input("b", Tensor.of(Shape.of(0, 3), new float[0]))
                        .build(plain));
        all.add(
                new CaseBuilder("BatchMatmul no batch")
                        .input("a", Fill.wild(Shape.of(0, 2, 3)))
                        .input("b", Fill.wild(Shape.of(3, 2)))
                        .build(plain));
        return all;
    }
}
