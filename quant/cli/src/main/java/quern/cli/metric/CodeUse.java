package quern.cli.metric;

import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * What a tensor of codes makes of its range, accumulated over samples: the shares of the
 * reference's elements that lie beyond either end by more than half a step, and the share of the
 * codes between the smallest and the largest that occur. Used by one thread.
 */
public final class CodeUse {
    private long below;
    private long above;
    private long elements;
    private long smallest = Long.MAX_VALUE;
    private long largest = Long.MIN_VALUE;
    private long codes = 1;

    public CodeUse() {}

    /** Whether a type has codes with one scale. */
    public static boolean has(TensorType type) {
        return type.quant() instanceof Quant.PerTensor && type.dtype() != DType.S32;
    }

    /** Takes a pair of tensors of one shape into account; {@code measured} has codes. */
    public void add(Tensor reference, Tensor measured) {
        Quant.PerTensor q = measured.type().perTensor("a measured value");
        float[] x = Scores.reals(reference);
        long min = measured.dtype().min(q.bits());
        long max = measured.dtype().max(q.bits());
        double low = (min - q.zeroPoint() - 0.5) * q.scale();
        double high = (max - q.zeroPoint() + 0.5) * q.scale();
        for (int i = 0; i < x.length; i++) {
            below += x[i] < low ? 1 : 0;
            above += x[i] > high ? 1 : 0;
            smallest = Math.min(smallest, measured.code(i));
            largest = Math.max(largest, measured.code(i));
        }
        elements += x.length;
        codes = max - min + 1;
    }

    /** Share of the reference's elements below what the smallest code stands for. */
    public double below() {
        return elements == 0 ? 0 : (double) below / elements;
    }

    /** Share of the reference's elements above what the largest code stands for. */
    public double above() {
        return elements == 0 ? 0 : (double) above / elements;
    }

    /** The codes from the smallest to the largest that occur, as a share of all. */
    public double used() {
        return elements == 0 ? 0 : (double) (largest - smallest + 1) / codes;
    }
}
