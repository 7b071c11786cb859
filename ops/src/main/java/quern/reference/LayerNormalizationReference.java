package quern.reference;

import quern.numeric.TreeSum;
import quern.op.reduction.LayerNormalization;
import quern.tensor.Tensor;

/**
 * For each vector of n numbers {@code mean = sum(x) / n}, {@code v = sum((x - mean)^2) / n}, both
 * sums those of {@link TreeSum}, {@code s = 1 / sqrt(v + epsilon)} and {@code y = (x - mean) * s *
 * scale + offset} from left to right.
 */
final class LayerNormalizationReference {
    private LayerNormalizationReference() {}

    static void run(LayerNormalization op, KernelContext c) {
        Tensor x = c.input(0);
        Tensor scale = c.input(1);
        Tensor offset = c.input(2);
        Tensor y = c.output();
        int n = scale.elements();
        for (int first = 0; first < x.elements(); first += n) {
            float mean = TreeSum.mean(x.floats(), x.offset() + first, 1, n);
            float squares = TreeSum.sumOfSquares(x.floats(), x.offset() + first, n, mean);
            float inverse = 1 / (float) Math.sqrt(squares / n + op.epsilon());
            for (int i = 0; i < n; i++) {
                float normal = (x.real(first + i) - mean) * inverse;
                y.setReal(first + i, normal * scale.real(i) + offset.real(i));
            }
        }
    }
}
