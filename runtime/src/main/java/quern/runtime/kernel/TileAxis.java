package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import quern.op.TransposedWindow;
import quern.op.Window;
import quern.tensor.Ints;

/**
 * Outputs along one axis that see the input alike: output {@code first + i * step} reads, with tap
 * {@code t}, input {@code i * stride + offset(t)}, which may lie outside.
 *
 * @param input input size
 * @param first the first output
 * @param step from one output to the next
 * @param outputs number of outputs
 * @param stride from the input of one output to that of the next
 * @param taps places of the taps in the kernel, ascending
 * @param offsets what each tap reads for the first output
 * @param least the least offset; 0 without taps
 * @param most the largest offset; 0 without taps
 */
record TileAxis(
        int input,
        int first,
        int step,
        int outputs,
        int stride,
        Ints taps,
        Ints offsets,
        int least,
        int most) {
    private TileAxis(
            int input, int first, int step, int outputs, int stride, int[] taps, int[] offsets) {
        this(
                input,
                first,
                step,
                outputs,
                stride,
                Ints.of(taps),
                Ints.of(offsets),
                IntStream.of(offsets).min().orElse(0),
                IntStream.of(offsets).max().orElse(0));
    }

    /** All outputs of a convolution. */
    static TileAxis of(Window w) {
        return new TileAxis(
                w.input(),
                0,
                1,
                w.output(),
                w.stride(),
                IntStream.range(0, w.kernel()).toArray(),
                IntStream.range(0, w.kernel()).map(k -> w.at(0, k)).toArray());
    }

    /** The outputs of a transposed convolution, by the taps that belong to them. */
    static List<TileAxis> of(TransposedWindow w) {
        List<TileAxis> all = new ArrayList<>();
        for (int first = 0; first < Math.min(w.stride(), w.output()); first++) {
            int o = first;
            int[] taps = IntStream.range(0, w.kernel()).filter(k -> w.meets(o, k)).toArray();
            int outputs = (w.output() - first - 1) / w.stride() + 1;
            all.add(
                    new TileAxis(
                            w.input(),
                            first,
                            w.stride(),
                            outputs,
                            1,
                            taps,
                            IntStream.of(taps).map(k -> w.at(o, k)).toArray()));
        }
        return all;
    }

    /** Inputs that {@code count} neighbouring outputs see, from the first to the last. */
    long span(int count) {
        return (count - 1L) * stride + most - least + 1;
    }
}
