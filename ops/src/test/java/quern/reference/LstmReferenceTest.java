package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** LSTM with all of its parts against the formulas in binary64, and codes against real numbers. */
class LstmReferenceTest {
    private static final int FEATURES = 3;
    private static final int CELLS = 5;
    private static final int OUT = 4;
    private static final int TIME = 6;

    private final Random random = new Random(31);
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    @Test
    void everyPartCountsAsTheFormulaSays() {
        Lstm op = new Lstm(false, true, 0.5f, 0.3f, CellActivation.TANH);
        add(reals(1, TIME, FEATURES));
        add(reals(1, OUT));
        add(reals(1, CELLS));
        for (Gate gate : Gate.values()) {
            add(reals(CELLS, FEATURES));
            add(reals(CELLS, OUT));
            add(reals(CELLS));
            add(gate == Gate.CELL ? Tensor.of(Shape.of(0), new float[0]) : reals(CELLS));
            add(reals(CELLS));
        }
        add(reals(OUT, CELLS));
        add(reals(OUT));
        names.set(Gate.CELL.peephole(), Node.ABSENT);
        List<Tensor> y = run(op, inputs.get(1).type(), inputs.get(2).type());
        double[] h = doubles(inputs.get(1));
        double[] c = doubles(inputs.get(2));
        for (int t = TIME - 1; t >= 0; t--) {
            h = step(t, h, c);
            for (int k = 0; k < OUT; k++) {
                assertEquals(h[k], y.get(0).real(t * OUT + k), 1e-5, "step " + t);
            }
        }
        for (int n = 0; n < CELLS; n++) {
            assertEquals(c[n], y.get(2).real(n), 1e-5);
        }
    }

    private double[] step(int t, double[] h, double[] c) {
        double[] f = gate(Gate.FORGET, t, h, c);
        double[] i = gate(Gate.INPUT, t, h, c);
        double[] g = gate(Gate.CELL, t, h, c);
        for (int n = 0; n < CELLS; n++) {
            double sum = sigmoid(f[n]) * c[n] + sigmoid(i[n]) * Math.tanh(g[n]);
            c[n] = Math.min(Math.max(sum, -0.5), 0.5);
        }
        double[] o = gate(Gate.OUTPUT, t, h, c);
        double[] next = new double[OUT];
        for (int k = 0; k < OUT; k++) {
            next[k] = inputs.get(Lstm.PROJECTION_BIAS).real(k);
            for (int n = 0; n < CELLS; n++) {
                double hidden = sigmoid(o[n]) * Math.tanh(c[n]);
                next[k] += inputs.get(Lstm.PROJECTION).real(k * CELLS + n) * hidden;
            }
            next[k] = Math.min(Math.max(next[k], -0.3f), 0.3f);
        }
        return next;
    }

    private double[] gate(Gate gate, int t, double[] h, double[] c) {
        double[] s = new double[CELLS];
        double mean = 0;
        for (int n = 0; n < CELLS; n++) {
            for (int k = 0; k < FEATURES; k++) {
                double w = inputs.get(gate.weights()).real(n * FEATURES + k);
                s[n] += w * inputs.get(0).real(t * FEATURES + k);
            }
            for (int k = 0; k < OUT; k++) {
                s[n] += inputs.get(gate.recurrent()).real(n * OUT + k) * h[k];
            }
            s[n] += gate == Gate.CELL ? 0 : inputs.get(gate.peephole()).real(n) * c[n];
            mean += s[n] / CELLS;
        }
        double variance = 0;
        for (double v : s) {
            variance += (v - mean) * (v - mean) / CELLS;
        }
        for (int n = 0; n < CELLS; n++) {
            double normal = (s[n] - mean) / Math.sqrt(variance + 1e-8);
            s[n] = normal * inputs.get(gate.norm()).real(n) + inputs.get(gate.bias()).real(n);
        }
        return s;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** 8-bit and 16-bit codes come near to what the float operator makes of their real values. */
    @Test
    void codesFollowRealNumbers() {
        for (DType dtype : List.of(DType.S8, DType.S16)) {
            int bits = dtype.bits();
            Quant quant = new Quant.PerTensor(Math.scalb(2f, -bits), 0, bits);
            TensorType h = new TensorType(dtype, Shape.of(2, CELLS), quant);
            inputs.clear();
            names.clear();
            add(codes(new TensorType(dtype, Shape.of(2, TIME, FEATURES), quant)));
            add(ReferenceInterpreter.zero(h));
            TensorType c =
                    new TensorType(
                            DType.S16,
                            Shape.of(2, CELLS),
                            new Quant.PerTensor(Math.scalb(1f, -11), 0, 16));
            add(ReferenceInterpreter.zero(c));
            for (Gate gate : Gate.values()) {
                add(codes(TensorType.s8(0.01f, 0, CELLS, FEATURES)));
                add(codes(TensorType.s8(0.01f, 0, CELLS, CELLS)));
                add(
                        Tensor.zeros(
                                TensorType.of(bits == 8 ? DType.S32 : DType.S64, Shape.of(CELLS))));
                add(Tensor.of(Shape.of(0), new float[0]));
                add(Tensor.of(Shape.of(0), new float[0]));
                names.set(gate.peephole(), Node.ABSENT);
                names.set(gate.norm(), Node.ABSENT);
            }
            Lstm op = new Lstm(false, false, 0, 0, CellActivation.TANH);
            List<Tensor> fixed = run(op, h, c, RoundingMode.DOUBLE);
            List<Tensor> real = run(op, h, c, RoundingMode.FLOAT_EVEN);
            double tolerance = bits == 8 ? 0.05 : 0.005;
            for (int i = 0; i < fixed.get(0).elements(); i++) {
                double a = fixed.get(0).code(i) * h.scale(0);
                assertEquals(real.get(0).code(i) * h.scale(0), a, tolerance, dtype + " " + i);
            }
        }
    }

    private void add(Tensor t) {
        names.add("v" + names.size());
        inputs.add(t);
    }

    private Tensor reals(int... dims) {
        Tensor t = Tensor.zeros(TensorType.f32(dims));
        for (int i = 0; i < t.elements(); i++) {
            t.setReal(i, (float) random.nextGaussian() * 0.5f);
        }
        return t;
    }

    private Tensor codes(TensorType type) {
        Tensor t = Tensor.zeros(type);
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, type.codeMin() / 2 + random.nextInt(-type.codeMin()));
        }
        return t;
    }

    private static double[] doubles(Tensor t) {
        double[] all = new double[t.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] = t.real(i);
        }
        return all;
    }

    private List<Tensor> run(Lstm op, TensorType h, TensorType c) {
        return run(op, h, c, RoundingMode.DOUBLE);
    }

    private List<Tensor> run(Lstm op, TensorType h, TensorType c, RoundingMode mode) {
        TensorType x = inputs.get(0).type();
        TensorType y = h.withShape(Shape.of(x.shape().dim(0), TIME, h.shape().dim(1)));
        List<Value> outputs = List.of(new Value("y", y), new Value("h", h), new Value("c", c));
        return ReferenceInterpreter.run(
                new Node(op, names, outputs, mode), name -> inputs.get(names.indexOf(name)));
    }
}
