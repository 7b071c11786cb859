package quern.cli.metric;

import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * How far one tensor is from another, as real numbers, accumulated over samples in binary64. Used
 * by one thread.
 */
public final class TensorError {
    private double signal;
    private double noise;
    private double other;
    private double product;
    private double sumAbs;
    private double sum;
    private double maxAbs;
    private long elements;

    public TensorError() {}

    /**
     * Whether elements of this type are numbers that can be compared: floats, plain integers, or
     * codes with one scale.
     */
    public static boolean isMeasurable(TensorType type) {
        return !(type.quant() instanceof Quant.PerChannel)
                && !(type.quant() instanceof Quant.PerBlock);
    }

    /** Takes a pair of tensors of one shape into account. */
    public void add(Tensor reference, Tensor measured) {
        float[] x = Scores.reals(reference);
        float[] y = Scores.reals(measured);
        for (int i = 0; i < x.length; i++) {
            double d = (double) x[i] - y[i];
            signal += (double) x[i] * x[i];
            other += (double) y[i] * y[i];
            product += (double) x[i] * y[i];
            noise += d * d;
            sumAbs += Math.abs(d);
            sum -= d;
            maxAbs = Math.max(maxAbs, Math.abs(d));
        }
        elements += x.length;
    }

    /** Signal to quantization noise ratio in decibels; infinite where nothing differs. */
    public double sqnr() {
        return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
    }

    /** Cosine of the angle between the two, 1 if both are zero. */
    public double cosine() {
        return noise == 0 ? 1 : product / Math.sqrt(signal * other);
    }

    /** Largest absolute difference. */
    public double maxAbs() {
        return maxAbs;
    }

    /** Mean absolute difference; 0 without elements. */
    public double meanAbs() {
        return elements == 0 ? 0 : sumAbs / elements;
    }

    /** Mean of the measured less the reference elements; 0 without elements. */
    public double bias() {
        return elements == 0 ? 0 : sum / elements;
    }
}
