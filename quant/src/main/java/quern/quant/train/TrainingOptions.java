package quern.quant.train;

/**
 * How a run goes.
 *
 * @param epochs passes over the samples
 * @param batch samples of a step
 * @param rate the full learning rate
 * @param optimizer how parameters follow gradients
 * @param schedule of the learning rate
 * @param smoothing what the other classes of a target share, 0 to below 1
 * @param augmentation of images
 * @param seed of everything random
 * @param patience stop after so many epochs in which the loss did not fall; 0: never
 */
public record TrainingOptions(
        int epochs,
        int batch,
        float rate,
        Optimizer optimizer,
        Schedule schedule,
        float smoothing,
        Augmentation augmentation,
        long seed,
        int patience) {
    public TrainingOptions {
        if (epochs < 1 || batch < 1 || !(rate > 0) || !(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "a run needs epochs, a batch and a learning rate above 0, and smoothing from 0"
                            + " to below 1");
        }
    }
}
