package quern.op.recurrent;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Long short-term memory over a sequence {@code x}. For each step, with the output state h and the
 * cell state c of the step before, each gate is {@code W x + R h + p * c + b} under its function:
 *
 * <pre>
 * f = sigmoid(..)  i = sigmoid(..)  g = activation(..), which has no p
 * c = f * c + i * g, limited to -cellClip..cellClip
 * o = sigmoid(..), with the new c
 * h = o * activation(c), or P (o * activation(c)) + bP limited to -projectionClip..projectionClip
 * </pre>
 *
 * <p>Without an input gate, {@code i = 1 - f}. With norm coefficients n the sum without b, over all
 * cells, is brought to mean 0 and deviation 1 before: {@code n * (s - mean) / sqrt(variance + 1e-8)
 * + b}.
 *
 * <p>Inputs: {@code x} [batch, time, features], or [time, batch, features] if time-major, or
 * [batch, features] for one step; {@link #OUTPUT_STATE} [batch, out]; {@link #CELL_STATE} [batch,
 * cells]; for each {@link Gate} W [cells, features], R [cells, out] and optionally b, p and n
 * [cells]; optionally {@link #PROJECTION} [out, cells] and {@link #PROJECTION_BIAS} [out]. Without
 * a projection, out is cells. Outputs: h of all steps, then the output state and the cell state
 * after the last.
 *
 * <p>Quantized: x, h and outputs in S8 or S16 with one scale, c in S16 with a power of two as
 * scale, W and R in S8 with one scale and zero point 0, b in S32 (S64 for S16) in units of the
 * scales of x times W; neither p, n nor a projection.
 *
 * @param timeMajor the first dimension of a sequence is time
 * @param reverse steps are taken from the last to the first
 * @param cellClip limit of the cell state; 0 for none
 * @param projectionClip limit of a projected output; 0 for none
 * @param activation function of the cell, mostly tanh
 */
public record Lstm(
        boolean timeMajor,
        boolean reverse,
        float cellClip,
        float projectionClip,
        CellActivation activation)
        implements Op {
    /** Input 1: the output state. */
    public static final int OUTPUT_STATE = 1;

    /** Input 2: the cell state. */
    public static final int CELL_STATE = 2;

    /** Input 23: the projection's weights. */
    public static final int PROJECTION = 23;

    /** Input 24: the projection's bias. */
    public static final int PROJECTION_BIAS = 24;

    private static final int INPUTS = 25;
    private static final int GATE_INPUTS = 5;

    /** A gate and the places of its inputs. The input gate is optional. */
    public enum Gate {
        FORGET,
        CELL,
        OUTPUT,
        INPUT;

        /** The input with W. */
        public int weights() {
            return CELL_STATE + 1 + GATE_INPUTS * ordinal();
        }

        /** The input with R. */
        public int recurrent() {
            return weights() + 1;
        }

        /** The input with b. */
        public int bias() {
            return weights() + 2;
        }

        /** The input with p. */
        public int peephole() {
            return weights() + 3;
        }

        /** The input with n. */
        public int norm() {
            return weights() + 4;
        }

        String what(String part) {
            return "the " + part + " of the " + name().toLowerCase(java.util.Locale.ROOT) + " gate";
        }
    }

    public Lstm {
        if (!(cellClip >= 0) || !(projectionClip >= 0)) {
            throw new ShapeException(
                    "limits of an LSTM must not be negative, but are "
                            + cellClip
                            + " and "
                            + projectionClip);
        }
    }

    @Override
    public Arity arity() {
        return new Arity(Gate.FORGET.bias(), INPUTS, 3);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        int[] w =
                RecurrentRules.matrix(in, Gate.FORGET.weights(), "the weights of the forget gate");
        int[] h = RecurrentRules.matrix(in, OUTPUT_STATE, "the output state");
        int[] c = RecurrentRules.matrix(in, CELL_STATE, "the cell state");
        Shape x = in.type(0).shape();
        RecurrentRules.sequence(x, timeMajor, h[0], w[1]);
        RecurrentRules.shape(in, CELL_STATE, "the cell state", h[0], w[0]);
        for (Gate gate : Gate.values()) {
            gate(in, gate, w[0], w[1], h[1]);
        }
        if (in.has(PROJECTION)) {
            RecurrentRules.shape(in, PROJECTION, "the projection", h[1], c[1]);
        } else if (h[1] != c[1]) {
            throw new ShapeException(
                    "an LSTM of "
                            + c[1]
                            + " cells without a projection has an output of as many, not "
                            + h[1]);
        }
        if (in.has(PROJECTION_BIAS)) {
            RecurrentRules.shape(in, PROJECTION_BIAS, "the bias of the projection", h[1]);
        }
        if (TypeRules.isReal(in.type(0))) {
            for (int i = 0; i < in.size(); i++) {
                RecurrentRules.real(in, i, "input " + i + " of an LSTM");
            }
        } else {
            quantized(in);
        }
        TensorType state = in.type(OUTPUT_STATE);
        return List.of(
                state.withShape(RecurrentRules.withFeatures(x, h[1])), state, in.type(CELL_STATE));
    }

    private static void gate(OpInputs in, Gate gate, int cells, int features, int out) {
        if (gate == Gate.INPUT && !in.has(gate.weights())) {
            for (int i = gate.weights(); i <= gate.norm(); i++) {
                if (in.has(i)) {
                    throw new ShapeException(
                            "input " + i + " of an LSTM belongs to an input gate without weights");
                }
            }
            return;
        }
        if (!in.has(gate.weights()) || !in.has(gate.recurrent())) {
            throw new ShapeException(gate.what("weights") + " are missing");
        }
        if (gate == Gate.CELL && in.has(gate.peephole())) {
            throw new ShapeException("the cell gate of an LSTM has no peephole");
        }
        RecurrentRules.shape(in, gate.weights(), gate.what("weights"), cells, features);
        RecurrentRules.shape(in, gate.recurrent(), gate.what("recurrent weights"), cells, out);
        for (int i = gate.bias(); i <= gate.norm(); i++) {
            if (in.has(i)) {
                RecurrentRules.shape(in, i, gate.what("vectors"), cells);
            }
        }
    }

    private void quantized(OpInputs in) {
        DType dtype = in.type(0).dtype() == DType.S16 ? DType.S16 : DType.S8;
        RecurrentRules.codes(in, 0, dtype, "the input of an LSTM");
        RecurrentRules.codes(in, OUTPUT_STATE, dtype, "the output state");
        Quant.PerTensor c = RecurrentRules.symmetric(in, CELL_STATE, DType.S16, "the cell state");
        int power = Math.getExponent(c.scale());
        if (c.scale() != Math.scalb(1f, power) || Math.abs(power + 6) > 23) {
            throw new ShapeException(
                    "the scale of the cell state must be a power of two from 2^-29 to 2^17, but is "
                            + c.scale());
        }
        for (Gate gate : Gate.values()) {
            if (!in.has(gate.weights())) {
                continue;
            }
            RecurrentRules.symmetric(in, gate.weights(), DType.S8, gate.what("weights"));
            RecurrentRules.symmetric(in, gate.recurrent(), DType.S8, gate.what("weights"));
            if (in.has(gate.bias())) {
                DType wide = dtype == DType.S16 ? DType.S64 : DType.S32;
                int cells = in.type(gate.bias()).shape().dim(0);
                RecurrentRules.bias(in, gate.bias(), wide, cells, gate.what("bias"));
            }
            if (in.has(gate.peephole()) || in.has(gate.norm())) {
                throw new ShapeException(
                        "an LSTM on codes with a peephole or layer normalization is not supported");
            }
        }
        if (in.has(PROJECTION) || in.has(PROJECTION_BIAS)) {
            throw new ShapeException("an LSTM on codes with a projection is not supported");
        }
        if (activation != CellActivation.TANH) {
            throw new ShapeException(
                    "an LSTM on codes with activation "
                            + activation.label()
                            + " is not supported, tanh is");
        }
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(Gate.FORGET.weights()).shape();
        long out = in.type(OUTPUT_STATE).shape().dim(1);
        long gates = in.has(Gate.INPUT.weights()) ? 4 : 3;
        long step = Math.multiplyExact(gates * w.dim(0), w.dim(1) + out);
        if (in.has(PROJECTION)) {
            step = Math.addExact(step, out * w.dim(0));
        }
        return Math.multiplyExact(RecurrentRules.rows(in.type(0).shape()), step);
    }

    @Override
    public void write(Attributes a) {
        if (timeMajor) {
            a.put("time_major", true);
        }
        if (reverse) {
            a.put("reverse", true);
        }
        if (cellClip != 0) {
            a.put("cell_clip", cellClip);
        }
        if (projectionClip != 0) {
            a.put("projection_clip", projectionClip);
        }
        activation.write(a, CellActivation.TANH);
    }

    /** Restores what {@link #write} wrote. */
    public static Lstm read(Attributes a) {
        return new Lstm(
                a.flag("time_major", false),
                a.flag("reverse", false),
                a.real("cell_clip", 0f),
                a.real("projection_clip", 0f),
                CellActivation.read(a, CellActivation.TANH));
    }
}
