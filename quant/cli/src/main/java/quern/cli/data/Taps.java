package quern.cli.data;

/**
 * Which source pixels make up each target pixel along one axis, and their weights.
 *
 * <p>The centre of target pixel {@code t} lies over {@code p = start + (t + 0.5) * length / size};
 * source pixel {@code i} with its centre at {@code i + 0.5} weighs {@code 1 - |i + 0.5 - p| / r}
 * where that is positive, and the weights of the pixels inside the picture are made to add up to 1.
 * The radius {@code r} is 1, which is bilinear interpolation; against aliasing it is {@code length
 * / size} where the picture shrinks. All in binary64.
 */
final class Taps {
    private final int[] first;
    private final double[][] weights;

    Taps(double start, double length, int size, int pixels, boolean antialias) {
        this.first = new int[size];
        this.weights = new double[size][];
        double radius = antialias ? Math.max(1, length / size) : 1;
        for (int t = 0; t < size; t++) {
            double p = start + (t + 0.5) * length / size;
            first[t] = (int) Math.max(0, Math.ceil(p - radius - 0.5));
            int last = (int) Math.min(pixels - 1, Math.floor(p + radius - 0.5));
            weights[t] = weights(first[t], last, p, radius);
        }
    }

    private static double[] weights(int first, int last, double p, double radius) {
        double[] weights = new double[last - first + 1];
        double sum = 0;
        for (int i = first; i <= last; i++) {
            weights[i - first] = Math.max(0, 1 - Math.abs(i + 0.5 - p) / radius);
            sum += weights[i - first];
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] /= sum;
        }
        return weights;
    }

    /** The first source pixel of target pixel {@code t}. */
    int first(int t) {
        return first[t];
    }

    /** The weights of the source pixels of target pixel {@code t}, not copied. */
    double[] weights(int t) {
        return weights[t];
    }

    /** The most source pixels that a target pixel has. */
    int window() {
        int most = 1;
        for (double[] w : weights) {
            most = Math.max(most, w.length);
        }
        return most;
    }
}
