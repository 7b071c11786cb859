package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Rnn;
import quern.op.recurrent.Svdf;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Recurrent layers and filters over the last steps. */
final class RecurrentCases {
    private RecurrentCases() {}

    static OpCase rnn(Draw d) {
        int batch = d.upTo(1, 3);
        int time = d.chance(2) ? 0 : d.upTo(1, 5);
        int features = d.upTo(1, 9);
        int units = d.upTo(1, 12);
        boolean major = d.chance(40);
        Shape x =
                d.chance(15)
                        ? Shape.of(batch, features)
                        : major ? Shape.of(time, batch, features) : Shape.of(batch, time, features);
        CaseBuilder b = new CaseBuilder("");
        rnn(b, x, Shape.of(batch, units), features, d.chance(75), d);
        return b.build(new Rnn(major, d.chance(30), d.pick(CellActivation.values())));
    }

    private static void rnn(
            CaseBuilder b, Shape x, Shape state, int features, boolean bias, Draw d) {
        int units = state.dim(1);
        b.input("x", Fill.reals(x, d)).input("h", Fill.reals(state, d));
        b.constant("W", Fill.reals(Shape.of(units, features), d));
        b.constant("R", Fill.reals(Shape.of(units, units), d));
        if (bias) {
            b.constant("b", Fill.reals(Shape.of(units), d));
        }
    }

    static List<OpCase> awkwardRnn() {
        CaseBuilder none = new CaseBuilder("Rnn no steps");
        rnn(none, Shape.of(2, 0, 3), Shape.of(2, 4), 3, true, new Draw(5, 1));
        CaseBuilder wild =
                new CaseBuilder("Rnn wild floats")
                        .input("x", Fill.wild(Shape.of(2, 3, 4)))
                        .input("h", Fill.wild(Shape.of(2, 5)))
                        .constant("W", Fill.wild(Shape.of(5, 4)))
                        .constant("R", Fill.wild(Shape.of(5, 5)));
        return List.of(
                none.build(new Rnn(false, false, CellActivation.TANH)),
                wild.build(new Rnn(false, true, CellActivation.RELU6)));
    }

    static OpCase svdf(Draw d) {
        int batch = d.upTo(1, 3);
        int in = d.upTo(1, 12);
        int rank = d.upTo(1, 3);
        int units = d.upTo(1, 6);
        int steps = d.upTo(1, 8);
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        Svdf op = new Svdf(rank, d.pick(CellActivation.NONE, CellActivation.RELU));
        if (d.chance(50)) {
            return codes(b, op, batch, in, units, steps, d);
        }
        int filters = units * rank;
        b.input("x", Fill.reals(Shape.of(batch, in), d));
        b.input("m", Fill.reals(Shape.of(batch, filters * steps), d));
        b.constant("wf", Fill.reals(Shape.of(filters, in), d));
        b.constant("wt", Fill.reals(Shape.of(filters, steps), d));
        if (d.chance(70)) {
            b.constant("b", Fill.reals(Shape.of(units), d));
        }
        return b.build(op);
    }

    private static OpCase codes(
            CaseBuilder b, Svdf op, int batch, int in, int units, int steps, Draw d) {
        DType dtype = d.chance(70) ? DType.S16 : DType.S8;
        int bits = dtype.bits();
        int filters = units * op.rank();
        Shape memory = Shape.of(batch, filters * steps);
        Shape time = Shape.of(filters, steps);
        TensorType x = Types.perTensor(d, DType.S8, Shape.of(batch, in), 0.02, 8);
        TensorType m =
                new TensorType(
                        dtype,
                        memory,
                        new Quant.PerTensor(d.scale(Math.scalb(8.0, -bits)), 0, bits));
        TensorType wt =
                new TensorType(
                        dtype, time, new Quant.PerTensor(d.scale(Math.scalb(1.0, -bits)), 0, bits));
        b.input("x", Fill.codes(x, d)).input("m", Fill.codes(m, d));
        TensorType wf = Types.weights(d, DType.S8, 8, Shape.of(filters, in), 0, false, true);
        b.constant("wf", Fill.codes(wf, d));
        Tensor weights = Tensor.zeros(wt);
        for (int i = 0; i < weights.elements(); i++) {
            weights.setInteger(i, d.between(-(1 << bits - 6), 1 << bits - 6));
        }
        b.constant("wt", weights);
        if (d.chance(70)) {
            Tensor bias = Tensor.zeros(TensorType.of(DType.S32, Shape.of(units)));
            for (int i = 0; i < units; i++) {
                bias.setInteger(i, d.between(-(1 << bits), 1 << bits));
            }
            b.constant("b", bias);
        }
        return b.build(op, Types.perTensor(d, DType.S8, Shape.of(batch, units), 0.05, 8));
    }

    static List<OpCase> awkwardSvdf() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(
                    codes(
                            new CaseBuilder("Svdf codes, " + mode.label()).rounding(mode),
                            new Svdf(2, CellActivation.RELU),
                            2,
                            5,
                            3,
                            4,
                            new Draw(5, 3)));
        }
        all.add(
                new CaseBuilder("Svdf wild floats")
                        .input("x", Fill.wild(Shape.of(2, 3)))
                        .input("m", Fill.wild(Shape.of(2, 8)))
                        .constant("wf", Fill.wild(Shape.of(4, 3)))
                        .constant("wt", Fill.wild(Shape.of(4, 2)))
                        .constant("b", Fill.wild(Shape.of(2)))
                        .build(new Svdf(2, CellActivation.NONE)));
        all.add(
                new CaseBuilder("Svdf of one step")
                        .input("x", Fill.reals(Shape.of(1, 3), new Draw(5, 4)))
                        .input("m", Fill.reals(Shape.of(1, 2), new Draw(5, 5)))
                        .constant("wf", Fill.reals(Shape.of(2, 3), new Draw(5, 6)))
                        .constant("wt", Fill.reals(Shape.of(2, 1), new Draw(5, 7)))
                        .build(new Svdf(1, CellActivation.RELU6)));
        return all;
    }
}
