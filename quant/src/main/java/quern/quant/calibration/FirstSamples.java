package quern.quant.calibration;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import quern.tensor.Tensor;

/**
 * Samples that are read once, of which copies of the first ones stay for what needs them again.
 * Used by one thread.
 */
public final class FirstSamples implements Iterable<List<Tensor>> {
    private static final long MOST_ELEMENTS = 1L << 24;

    private final Iterable<List<Tensor>> samples;
    private final int most;
    private final List<List<Tensor>> first = new ArrayList<>();
    private long elements;

    /**
     * @param most how many stay; fewer if they have more than 2^24 elements together
     */
    public FirstSamples(Iterable<List<Tensor>> samples, int most) {
        this.samples = samples;
        this.most = most;
    }

    /** Copies of those that were read so far. */
    public List<List<Tensor>> first() {
        return List.copyOf(first);
    }

    @Override
    public Iterator<List<Tensor>> iterator() {
        first.clear();
        elements = 0;
        Iterator<List<Tensor>> all = samples.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public List<Tensor> next() {
                List<Tensor> sample = all.next();
                keep(sample);
                return sample;
            }
        };
    }

    @Override
    public void forEach(Consumer<? super List<Tensor>> action) {
        for (List<Tensor> sample : this) {
            action.accept(sample);
        }
    }

    private void keep(List<Tensor> sample) {
        long more = sample.stream().mapToLong(Tensor::elements).sum();
        if (first.isEmpty() || first.size() < most && elements + more <= MOST_ELEMENTS) {
            elements += more;
            first.add(sample.stream().map(Tensor::copy).toList());
        }
    }
}
