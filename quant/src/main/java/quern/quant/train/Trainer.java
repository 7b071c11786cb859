package quern.quant.train;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Trains a network on samples. The same options, samples and first weights give the same weights,
 * bit for bit, for any number of threads and any tier, and whether or not the run was interrupted.
 * Used by one thread.
 */
public final class Trainer {
    private static final long ORDER = 1;
    private static final long IMAGES = 2;

    /** Hears how a run goes. */
    public interface Listener {
        /** After a step. */
        default void step(long step, long total, float loss) {}

        /**
         * After an epoch, when the run can be resumed from a checkpoint.
         *
         * @return whether to go on
         */
        default boolean epoch(Epoch epoch, Checkpoint checkpoint) throws IOException {
            return true;
        }
    }

    /**
     * How an epoch went.
     *
     * @param epoch counted from 1
     * @param loss mean over the samples
     * @param accuracy on the augmented samples while training
     * @param rate the learning rate of the last step
     */
    public record Epoch(int epoch, long step, double loss, double accuracy, float rate) {}

    private final Trainable model;
    private final Samples samples;
    private final TrainingOptions options;
    private final Map<String, Tensor> state;
    private final Tensor x;
    private final Tensor target;
    private final int classes;
    private int epoch;
    private long step;
    private double best = Double.POSITIVE_INFINITY;
    private int worse;

    /**
     * @param classes number of classes; every label is below
     */
    public Trainer(Trainable model, Samples samples, int classes, TrainingOptions options) {
        this.model = model;
        this.samples = samples;
        this.options = options;
        this.classes = classes;
        this.state = options.optimizer().state(model.parameters());
        int[] dims = new int[samples.shape().rank() + 1];
        dims[0] = options.batch();
        System.arraycopy(samples.shape().toArray(), 0, dims, 1, dims.length - 1);
        this.x = Tensor.zeros(TensorType.f32(dims));
        this.target = Tensor.zeros(TensorType.f32(options.batch(), classes));
        if (samples.size() < options.batch()) {
            throw new TrainingException(
                    samples.size() + " samples do not fill a batch of " + options.batch());
        }
        for (int i = 0; i < samples.size(); i++) {
            if (samples.label(i) < 0 || samples.label(i) >= classes) {
                throw new TrainingException(
                        "sample "
                                + i
                                + " has label "
                                + samples.label(i)
                                + ", but the network has "
                                + classes
                                + " classes");
            }
        }
    }

    /** Steps of an epoch; what does not fill a batch is left out, other samples each time. */
    public long stepsPerEpoch() {
        return samples.size() / options.batch();
    }

    /** Goes on where a checkpoint of an equal run was made. */
    public void resume(Checkpoint c) {
        c.restore("parameter/", model.parameters());
        c.restore("buffer/", model.buffers());
        c.restore("state/", state);
        epoch = (int) c.number("epoch");
        step = c.number("step");
        best = Double.longBitsToDouble(c.number("best"));
        worse = (int) c.number("worse");
        model.updated();
    }

    /** The run as it stands between two epochs. */
    private Checkpoint checkpoint() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        model.parameters().forEach((k, t) -> tensors.put("parameter/" + k, t));
        model.buffers().forEach((k, t) -> tensors.put("buffer/" + k, t));
        state.forEach((k, t) -> tensors.put("state/" + k, t));
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("epoch", (long) epoch);
        numbers.put("step", step);
        numbers.put("best", Double.doubleToLongBits(best));
        numbers.put("worse", (long) worse);
        return new Checkpoint(tensors, numbers);
    }

    /**
     * Runs until the last epoch.
     *
     * @throws TrainingException if the loss or a parameter is no longer a number
     * @throws IOException what the listener throws
     */
    public void run(Listener listener) throws IOException {
        boolean going = options.patience() == 0 || worse < options.patience();
        while (going && epoch < options.epochs()) {
            Epoch done = epoch(listener);
            epoch++;
            worse = done.loss() < best ? 0 : worse + 1;
            best = Math.min(best, done.loss());
            going = listener.epoch(done, checkpoint());
            going &= options.patience() == 0 || worse < options.patience();
        }
    }

    private Epoch epoch(Listener listener) {
        int[] order = new Seeded(options.seed(), ORDER, epoch).permutation(samples.size());
        Seeded random = new Seeded(options.seed(), IMAGES, epoch);
        long total = stepsPerEpoch() * options.epochs();
        double loss = 0;
        long right = 0;
        float rate = 0;
        for (int at = 0; at + options.batch() <= order.length; at += options.batch()) {
            batch(order, at, random);
            Trainable.Step s = model.step(x, target);
            requireFinite(s);
            rate = options.rate() * options.schedule().at(step, total);
            step++;
            for (Map.Entry<String, Tensor> p : model.parameters().entrySet()) {
                String name = p.getKey();
                Tensor g = s.gradients().get(name);
                if (g != null) {
                    boolean decays = model.decays(name);
                    options.optimizer().update(name, p.getValue(), g, state, rate, step, decays);
                }
            }
            model.updated();
            loss += s.loss();
            right += right(order, at, s.logits());
            listener.step(step, total, s.loss());
        }
        long count = stepsPerEpoch();
        double accuracy = (double) right / (count * options.batch());
        return new Epoch(epoch + 1, step, loss / count, accuracy, rate);
    }

    private void batch(int[] order, int at, Seeded random) {
        int size = samples.shape().elements();
        float[] one = new float[size];
        boolean plain = options.augmentation().equals(Augmentation.NONE);
        Arrays.fill(target.floats(), options.smoothing() / classes);
        for (int i = 0; i < options.batch(); i++) {
            int sample = order[at + i];
            if (plain) {
                samples.read(sample, x.floats(), i * size);
            } else {
                samples.read(sample, one, 0);
                Shape s = samples.shape();
                options.augmentation().apply(random, s, one, x.floats(), i * size);
            }
            target.floats()[i * classes + samples.label(sample)] += 1 - options.smoothing();
        }
    }

    private int right(int[] order, int at, Tensor logits) {
        int right = 0;
        for (int i = 0; i < options.batch(); i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits.real(i * classes + c) > logits.real(i * classes + best) ? c : best;
            }
            right += best == samples.label(order[at + i]) ? 1 : 0;
        }
        return right;
    }

    private void requireFinite(Trainable.Step s) {
        for (Map.Entry<String, Tensor> g : s.gradients().entrySet()) {
            requireFinite("gradient of " + g.getKey(), g.getValue());
        }
        if (!Float.isFinite(s.loss())) {
            throw new TrainingException(
                    "the loss of step " + (step + 1) + " is " + s.loss() + "; lower the rate");
        }
    }

    private void requireFinite(String what, Tensor t) {
        for (int i = 0; i < t.elements(); i++) {
            if (!Float.isFinite(t.real(i))) {
                throw new TrainingException(
                        "in step "
                                + (step + 1)
                                + " the "
                                + what
                                + " is "
                                + t.real(i)
                                + " at element "
                                + i
                                + "; lower the rate");
            }
        }
    }
}
