package quern.cases;

import java.util.ArrayList;
import java.util.List;
import quern.fixedpoint.RoundingMode;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** LSTM with and without its optional parts, on real numbers and on codes. */
final class LstmCases {
    private static final Lstm PLAIN = new Lstm(false, false, 0, 0, CellActivation.TANH);

    private LstmCases() {}

    /** What an LSTM has beside its three required gates. */
    private record Parts(
            boolean inputGate, boolean bias, boolean peephole, boolean norm, boolean projection) {}

    private record Sizes(Shape x, int batch, int features, int cells, int out) {}

    static OpCase random(Draw d) {
        int batch = d.upTo(1, 3);
        int time = d.chance(2) ? 0 : d.upTo(1, 5);
        int features = d.upTo(1, 9);
        int cells = d.upTo(1, 19);
        boolean major = d.chance(40);
        Shape x =
                d.chance(15)
                        ? Shape.of(batch, features)
                        : major ? Shape.of(time, batch, features) : Shape.of(batch, time, features);
        float clip = d.chance(25) ? d.scale(0.5) : 0;
        CaseBuilder b = new CaseBuilder("").rounding(d.rounding());
        if (d.chance(50)) {
            Lstm op = new Lstm(major, d.chance(30), clip, 0, CellActivation.TANH);
            return codes(b, op, new Sizes(x, batch, features, cells, cells), d.chance(70), d);
        }
        boolean projection = d.chance(30);
        int out = projection ? d.upTo(1, 12) : cells;
        CellActivation activation =
                d.chance(60) ? CellActivation.TANH : d.pick(CellActivation.values());
        Lstm op = new Lstm(major, d.chance(30), clip, d.chance(30) ? d.scale(0.5) : 0, activation);
        Parts parts = new Parts(d.chance(70), d.chance(80), d.chance(30), d.chance(30), projection);
        return reals(b, op, new Sizes(x, batch, features, cells, out), parts, d);
    }

    private static OpCase reals(CaseBuilder b, Lstm op, Sizes s, Parts parts, Draw d) {
        boolean computed = d.chance(15);
        b.input("x", Fill.reals(s.x(), d));
        b.input("h", Fill.reals(Shape.of(s.batch(), s.out()), d));
        b.input("c", Fill.reals(Shape.of(s.batch(), s.cells()), d));
        Shape each = Shape.of(s.cells());
        for (Gate gate : Gate.values()) {
            boolean has = gate != Gate.INPUT || parts.inputGate();
            String name = gate.name();
            part(b, has, "W" + name, Shape.of(s.cells(), s.features()), computed, d);
            part(b, has, "R" + name, Shape.of(s.cells(), s.out()), computed, d);
            part(b, has && parts.bias(), "b" + name, each, computed, d);
            part(b, has && parts.peephole() && gate != Gate.CELL, "p" + name, each, false, d);
            part(b, has && parts.norm(), "n" + name, each, false, d);
        }
        if (parts.projection()) {
            part(b, true, "P", Shape.of(s.out(), s.cells()), computed, d);
            part(b, d.chance(50), "bP", Shape.of(s.out()), false, d);
        }
        return b.build(op);
    }

    private static void part(
            CaseBuilder b, boolean has, String name, Shape shape, boolean asInput, Draw d) {
        if (has) {
            b.operand(name, Fill.reals(shape, d), asInput);
        } else {
            b.absent();
        }
    }

    private static OpCase codes(CaseBuilder b, Lstm op, Sizes s, boolean inputGate, Draw d) {
        DType dtype = d.chance(70) ? DType.S8 : DType.S16;
        int bits = dtype.bits();
        TensorType x = Types.perTensor(d, dtype, s.x(), Math.scalb(8.0, -bits), bits);
        Shape state = Shape.of(s.batch(), s.cells());
        TensorType h = Types.perTensor(d, dtype, state, Math.scalb(2.0, -bits), bits);
        float cell = Math.scalb(1f, d.pick(-15, -12, -11, -11, -11, -8));
        TensorType c = new TensorType(DType.S16, state, new Quant.PerTensor(cell, 0, 16));
        boolean computed = d.chance(15);
        b.input("x", Fill.codes(x, d)).input("h", Fill.codes(h, d)).input("c", Fill.codes(c, d));
        for (Gate gate : Gate.values()) {
            if (gate == Gate.INPUT && !inputGate) {
                break;
            }
            String name = gate.name();
            weights(b, "W" + name, Shape.of(s.cells(), s.features()), computed, d);
            weights(b, "R" + name, Shape.of(s.cells(), s.cells()), computed, d);
            if (d.chance(80)) {
                DType wide = dtype == DType.S8 ? DType.S32 : DType.S64;
                Tensor bias = Tensor.zeros(TensorType.of(wide, Shape.of(s.cells())));
                int limit = 1 << d.between(0, 20);
                for (int i = 0; i < bias.elements(); i++) {
                    bias.setInteger(i, d.between(-limit, limit));
                }
                b.operand("b" + name, bias, computed);
            } else {
                b.absent();
            }
            b.absent().absent();
        }
        return b.build(op);
    }

    private static void weights(CaseBuilder b, String name, Shape shape, boolean computed, Draw d) {
        TensorType type = Types.weights(d, DType.S8, 8, shape, 0, false, true);
        b.operand(name, Fill.codes(type, d), computed);
    }

    static List<OpCase> awkward() {
        List<OpCase> all = new ArrayList<>();
        for (RoundingMode mode : RoundingMode.values()) {
            all.add(
                    codes(
                            new CaseBuilder("Lstm codes, " + mode.label()).rounding(mode),
                            new Lstm(true, true, 0.25f, 0, CellActivation.TANH),
                            new Sizes(Shape.of(4, 2, 5), 2, 5, 7, 7),
                            true,
                            new Draw(5, 1)));
        }
        Sizes sizes = new Sizes(Shape.of(2, 3, 4), 2, 4, 17, 6);
        all.add(
                reals(
                        new CaseBuilder("Lstm with everything"),
                        new Lstm(false, true, 0.5f, 0.25f, CellActivation.RELU6),
                        sizes,
                        new Parts(true, true, true, true, true),
                        new Draw(5, 2)));
        all.add(
                reals(
                        new CaseBuilder("Lstm coupled gates, no bias"),
                        PLAIN,
                        new Sizes(Shape.of(2, 3), 2, 3, 5, 5),
                        new Parts(false, false, true, false, false),
                        new Draw(5, 3)));
        all.add(
                reals(
                        new CaseBuilder("Lstm no steps"),
                        PLAIN,
                        new Sizes(Shape.of(2, 0, 3), 2, 3, 5, 5),
                        new Parts(true, true, false, false, false),
                        new Draw(5, 4)));
        CaseBuilder wild = new CaseBuilder("Lstm wild floats");
        wild.input("x", Fill.wild(Shape.of(2, 3, 4)))
                .input("h", Fill.wild(Shape.of(2, 5)))
                .input("c", Fill.wild(Shape.of(2, 5)));
        for (Gate gate : Gate.values()) {
            wild.constant("W" + gate, Fill.wild(Shape.of(5, 4)))
                    .constant("R" + gate, Fill.wild(Shape.of(5, 5)))
                    .constant("b" + gate, Fill.wild(Shape.of(5)))
                    .absent()
                    .absent();
        }
        all.add(wild.build(new Lstm(false, false, 3, 0, CellActivation.TANH)));
        return all;
    }
}
