package quern.quant.train;

import quern.tensor.Tensor;

/**
 * Scales of one tensor, or of several that share one, in training: {@code max(factor * first,
 * 2^-24)}, of which the factor is trained, so that a step moves small and large scales alike.
 *
 * @param factor one for each scale
 * @param first the scales at the beginning
 */
record LearnedScale(Tensor factor, float[] first) {
    private static final float LEAST = 0x1p-24f;

    float at(int c) {
        return Math.max(factor.real(c) * first[c], LEAST);
    }

    int size() {
        return first.length;
    }
}
