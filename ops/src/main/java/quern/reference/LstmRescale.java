package quern.reference;

import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import quern.error.InvalidGraphException;
import quern.fixedpoint.AccumulatorBound;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SigmoidTable16;
import quern.graph.Node;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The arithmetic of an LSTM node on codes in a fixed-point mode, between the accumulators of its
 * gates and its states. Immutable.
 */
public final class LstmRescale {
    private static final int MIN = Short.MIN_VALUE;
    private static final int MAX = Short.MAX_VALUE;
    private static final int GATE_BITS = 12;
    private static final int LARGEST_SHIFT_64 = 7;
    private static final long LARGEST_64 = 1L << 47;
    private static final SigmoidTable16 GATE_TABLE = new SigmoidTable16(3, 0);

    private final RoundingMode mode;
    private final boolean wide;
    private final Multiplier[] fromInput = new Multiplier[Gate.values().length];
    private final Multiplier[] fromState = new Multiplier[Gate.values().length];
    private final Multiplier keep;
    private final Multiplier add;
    private final Multiplier hidden;
    private final SigmoidTable16 table;
    private final int clipMin;
    private final int clipMax;
    private final int zero;
    private final int min;
    private final int max;

    private LstmRescale(Lstm op, Node node, IntFunction<TensorType> types) {
        this.mode = node.rounding();
        TensorType h = types.apply(Lstm.OUTPUT_STATE);
        float cellScale = types.apply(Lstm.CELL_STATE).scale(0);
        this.wide = h.dtype() == DType.S16;
        double unit = Math.scalb(1.0, -GATE_BITS);
        for (Gate gate : Gate.values()) {
            if (node.has(gate.weights())) {
                float x = types.apply(0).scale(0) * types.apply(gate.weights()).scale(0);
                float r = h.scale(0) * types.apply(gate.recurrent()).scale(0);
                fromInput[gate.ordinal()] = multiplier(x / unit, wide ? LARGEST_SHIFT_64 : 31);
                fromState[gate.ordinal()] = multiplier(r / unit, wide ? LARGEST_SHIFT_64 : 31);
            }
        }
        this.keep = multiplier(Math.scalb(1.0, -15), 0);
        this.add = multiplier(Math.scalb(1.0, -30) / cellScale, 0);
        this.hidden = multiplier(Math.scalb(1.0, -30) / h.scale(0), 0);
        int left = GATE_BITS + Math.getExponent(cellScale);
        this.table = new SigmoidTable16(3 << Math.max(left, 0), Math.max(-left, 0));
        boolean clips = op.cellClip() > 0;
        this.clipMax = clips ? (int) Math.min((double) op.cellClip() / cellScale, MAX) : MAX;
        this.clipMin = clips ? -clipMax : MIN;
        Quant.PerTensor q = h.perTensor("the output state");
        this.zero = q.zeroPoint();
        this.min = h.codeMin();
        this.max = h.codeMax();
    }

    private Multiplier multiplier(double real, int largestShift) {
        Multiplier m = Multiplier.of(real, mode);
        if (m.shift() > largestShift) {
            throw new IllegalArgumentException(
                    "the factor "
                            + real
                            + " between the scales of an LSTM is too large for its accumulators");
        }
        return m;
    }

    /**
     * The arithmetic of a node.
     *
     * @param types the types of its inputs
     * @throws InvalidGraphException if its scales leave the range of the arithmetic
     */
    public static LstmRescale of(Lstm op, Node node, IntFunction<TensorType> types) {
        try {
            return new LstmRescale(op, node, types);
        } catch (IllegalArgumentException e) {
            throw new InvalidGraphException(node.name(), e.getMessage());
        }
    }

    /**
     * Throws {@link InvalidGraphException} unless int32 (for S16 inputs 48 bits) holds every sum of
     * every gate.
     *
     * @param values the inputs of the node, asked for weights and biases
     */
    public static void prove(Node node, IntFunction<TensorType> types, IntFunction<Tensor> values) {
        for (Gate gate : Gate.values()) {
            if (node.has(gate.weights())) {
                Optional<Tensor> bias =
                        node.has(gate.bias())
                                ? Optional.of(values.apply(gate.bias()))
                                : Optional.empty();
                prove(node, gate, types.apply(0), values.apply(gate.weights()), bias);
                TensorType h = types.apply(Lstm.OUTPUT_STATE);
                prove(node, gate, h, values.apply(gate.recurrent()), Optional.empty());
            }
        }
    }

    private static void prove(
            Node node, Gate gate, TensorType x, Tensor weights, Optional<Tensor> bias) {
        for (long bound : AccumulatorProof.bounds(x, weights, 0, bias)) {
            if (x.dtype() == DType.S16 ? bound >= LARGEST_64 : !AccumulatorBound.fitsInt32(bound)) {
                throw new InvalidGraphException(
                        node.name(),
                        "an accumulator of the "
                                + gate.name().toLowerCase(Locale.ROOT)
                                + " gate may reach "
                                + bound
                                + ", which is beyond its range");
            }
        }
    }

    /** The sum of a gate in Q3.12 from its two accumulators. */
    public int gate(Gate gate, long input, long recurrent) {
        int u = steps(input, fromInput[gate.ordinal()]);
        int v = steps(recurrent, fromState[gate.ordinal()]);
        return clamp16(u + v);
    }

    private int steps(long acc, Multiplier m) {
        return clamp16(
                wide
                        ? FixedPoint.multiplyByQuantizedMultiplierInt64(
                                acc, m.mantissa(), m.shift())
                        : FixedPoint.multiplyByQuantizedMultiplier((int) acc, m, mode));
    }

    /** The new cell state from the gates in Q0.15 and the old state. */
    public int cell(int forget, int cell, int input, int candidate) {
        int kept = clamp16(FixedPoint.multiplyByQuantizedMultiplier(forget * cell, keep, mode));
        int added = clamp16(FixedPoint.multiplyByQuantizedMultiplier(input * candidate, add, mode));
        return FixedPoint.clamp(kept + added, clipMin, clipMax);
    }

    /** The output from the new cell state and the output gate. */
    public int output(int cell, int gate) {
        int steps = FixedPoint.multiplyByQuantizedMultiplier(table.tanh(cell) * gate, hidden, mode);
        return FixedPoint.clamp(steps, min - zero, max - zero) + zero;
    }

    /** The logistic function of a gate's sum, in Q0.15. */
    public static int sigmoid(int sum) {
        return GATE_TABLE.sigmoid(sum);
    }

    /** The hyperbolic tangent of a gate's sum, in Q0.15. */
    public static int tanh(int sum) {
        return GATE_TABLE.tanh(sum);
    }

    private static int clamp16(int x) {
        return FixedPoint.clamp(x, MIN, MAX);
    }
}
