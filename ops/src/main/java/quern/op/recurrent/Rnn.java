package quern.op.recurrent;

import java.util.List;
import quern.error.ShapeException;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Recurrent layer over a sequence {@code x}: {@code h = activation(W x + R h + b)} step by step.
 * Float32.
 *
 * <p>Inputs: x [batch, time, features], or [time, batch, features] if time-major, or [batch,
 * features] for one step; state h [batch, units]; W [units, features]; R [units, units]; optional b
 * [units]. Outputs: h of all steps, and the state after the last.
 *
 * @param timeMajor the first dimension of a sequence is time
 * @param reverse steps are taken from the last to the first
 * @param activation function of the cell
 */
public record Rnn(boolean timeMajor, boolean reverse, CellActivation activation) implements Op {
    /** Input 1: the state. */
    public static final int STATE = 1;

    /** Input 2: W. */
    public static final int WEIGHTS = 2;

    /** Input 3: R. */
    public static final int RECURRENT = 3;

    /** Input 4: b. */
    public static final int BIAS = 4;

    @Override
    public Arity arity() {
        return new Arity(4, 5, 2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        for (int i = 0; i < in.size(); i++) {
            if (in.has(i) && !TypeRules.isReal(in.type(i))) {
                throw new ShapeException(
                        "a recurrent layer computes in F32, but the type of input "
                                + i
                                + " is "
                                + in.type(i));
            }
        }
        int[] w = RecurrentRules.matrix(in, WEIGHTS, "the weights");
        int[] h = RecurrentRules.matrix(in, STATE, "the state");
        Shape x = in.type(0).shape();
        RecurrentRules.sequence(x, timeMajor, h[0], w[1]);
        RecurrentRules.shape(in, STATE, "the state", h[0], w[0]);
        RecurrentRules.shape(in, RECURRENT, "the recurrent weights", w[0], w[0]);
        if (in.has(BIAS)) {
            RecurrentRules.shape(in, BIAS, "the bias", w[0]);
        }
        Shape y = RecurrentRules.withFeatures(x, w[0]);
        return List.of(TypeRules.open(in.type(0), y), in.type(STATE));
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(WEIGHTS).shape();
        long step = Math.multiplyExact((long) w.dim(0), (long) w.dim(1) + w.dim(0));
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
        activation.write(a, CellActivation.TANH);
    }

    /** Restores what {@link #write} wrote. */
    public static Rnn read(Attributes a) {
        return new Rnn(
                a.flag("time_major", false),
                a.flag("reverse", false),
                CellActivation.read(a, CellActivation.TANH));
    }
}
