package quern.op.recurrent;

import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.op.Arity;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * Singular value decomposition filter: a layer over the last steps of a stream. The memory of each
 * filter forgets its oldest value and takes {@code sum_i wf[f,i] * x[b,i]}; then {@code y[b,u] =
 * activation(bias[u] + sum_{r < rank} sum_m wt[u*rank+r, m] * memory[b, u*rank+r, m])}.
 *
 * <p>Inputs: x [batch, in]; memory [batch, filters * steps]; feature weights wf [filters, in]; time
 * weights wt [filters, steps]; optional bias [units], {@code units = filters / rank}. Outputs: y
 * [batch, units] and the memory after the step.
 *
 * <p>Quantized: x, y and wf in S8, memory and wt in S16 or both in S8, each with one scale, weights
 * with zero point 0, the bias in S32 in units of the scales of memory times wt. In fixed-point
 * modes codes are not limited by the activation.
 *
 * @param rank filters that make one unit
 * @param activation function of the output on real numbers
 */
public record Svdf(int rank, CellActivation activation) implements Op {
    /** Input 1: the memory. */
    public static final int MEMORY = 1;

    /** Input 2: the feature weights. */
    public static final int FEATURES = 2;

    /** Input 3: the time weights. */
    public static final int TIME = 3;

    /** Input 4: the bias. */
    public static final int BIAS = 4;

    public Svdf {
        if (rank < 1) {
            throw new ShapeException("the rank of a filter must be positive, not " + rank);
        }
    }

    @Override
    public Arity arity() {
        return new Arity(4, 5, 2);
    }

    @Override
    public List<TensorType> infer(OpInputs in) {
        int[] features = RecurrentRules.matrix(in, FEATURES, "the feature weights");
        int[] time = RecurrentRules.matrix(in, TIME, "the time weights");
        int[] memory = RecurrentRules.matrix(in, MEMORY, "the memory");
        Shape x = in.type(0).shape();
        boolean fits =
                x.rank() == 2
                        && features[0] % rank == 0
                        && time[0] == features[0]
                        && memory[1] == (long) features[0] * time[1]
                        && time[1] > 0;
        if (!fits) {
            throw new ShapeException(
                    "input "
                            + x
                            + ", memory "
                            + in.type(MEMORY).shape()
                            + " and weights "
                            + in.type(FEATURES).shape()
                            + " and "
                            + in.type(TIME).shape()
                            + " do not fit a filter of rank "
                            + rank);
        }
        RecurrentRules.sequence(x, false, memory[0], features[1]);
        int units = features[0] / rank;
        if (in.has(BIAS)) {
            RecurrentRules.shape(in, BIAS, "the bias", units);
        }
        if (TypeRules.isReal(in.type(0))) {
            for (int i = 0; i < in.size(); i++) {
                RecurrentRules.real(in, i, "input " + i + " of a filter");
            }
        } else {
            DType dtype = in.type(MEMORY).dtype() == DType.S16 ? DType.S16 : DType.S8;
            RecurrentRules.codes(in, 0, DType.S8, "the input");
            RecurrentRules.codes(in, MEMORY, dtype, "the memory");
            RecurrentRules.symmetric(in, FEATURES, DType.S8, "the feature weights");
            RecurrentRules.symmetric(in, TIME, dtype, "the time weights");
            if (in.has(BIAS)) {
                RecurrentRules.bias(in, BIAS, DType.S32, units, "the bias");
            }
        }
        Shape y = RecurrentRules.withFeatures(x, units);
        return List.of(TypeRules.open(in.type(0), y), in.type(MEMORY));
    }

    @Override
    public void check(OpInputs in, List<TensorType> outputs, RoundingMode rounding) {
        TypeRules.outputFamily(in.type(0), outputs.get(0));
        if (outputs.get(0).dtype() != in.type(0).dtype()) {
            throw new ShapeException("the output of a filter must be " + in.type(0).dtype());
        }
    }

    @Override
    public long macs(OpInputs in, List<TensorType> outputs) {
        Shape w = in.type(FEATURES).shape();
        long each = (long) w.dim(1) + in.type(TIME).shape().dim(1);
        return Math.multiplyExact(Math.multiplyExact(each, w.dim(0)), in.type(0).shape().dim(0));
    }

    @Override
    public void write(Attributes a) {
        a.put("rank", rank);
        activation.write(a, CellActivation.NONE);
    }

    /** Restores what {@link #write} wrote. */
    public static Svdf read(Attributes a) {
        return new Svdf(a.integer("rank"), CellActivation.read(a, CellActivation.NONE));
    }
}
