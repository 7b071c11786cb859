package quern.quant.train;

/**
 * What a network in quantization-aware training becomes.
 *
 * @param weightBits of weights, 2 to 8; 2 bits are ternary
 * @param activationBits of activations between layers, 2 to 8; inputs, outputs and functions of
 *     fixed scale keep 8
 * @param batch samples of a step
 * @param distillation how much of the loss is the teacher's, 0 to 1; without a teacher, 0 counts
 * @param temperature of the distillation
 */
public record QatOptions(
        int weightBits, int activationBits, int batch, float distillation, float temperature) {
    public QatOptions {
        if (weightBits < 2 || weightBits > 8 || activationBits < 2 || activationBits > 8) {
            throw new IllegalArgumentException("weights and activations have 2 to 8 bits");
        }
        if (!(distillation >= 0 && distillation <= 1) || !(temperature > 0)) {
            throw new IllegalArgumentException(
                    "distillation is from 0 to 1, and its temperature positive");
        }
    }
}
