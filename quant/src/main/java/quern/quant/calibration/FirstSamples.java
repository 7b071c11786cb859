package quern.quant.calibration;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * Samples that are read once, of which copies of the first ones stay for what needs them again, and
 * of all a digest. Used by one thread.
 */
public final class FirstSamples implements Iterable<List<Tensor>> {
    private static final long MOST_ELEMENTS = 1L << 24;

    private final Iterable<List<Tensor>> samples;
    private final int most;
    private final List<List<Tensor>> first = new ArrayList<>();
    private final MessageDigest digest = sha256();
    private long elements;

    /**
     * @param most how many stay; fewer if they have more than 2^24 elements together
     */
    public FirstSamples(Iterable<List<Tensor>> samples, int most) {
        this.samples = samples;
        this.most = most;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** SHA-256 of the shapes and elements of all samples that were read, in hexadecimal. */
    public String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Copies of those that were read so far. */
    public List<List<Tensor>> first() {
        return List.copyOf(first);
    }

    @Override
    public Iterator<List<Tensor>> iterator() {
        first.clear();
        digest.reset();
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
                sample.forEach(t -> update(t));
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

    private void update(Tensor t) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * Math.max(1, t.elements()));
        digest.update(t.type().toString().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < t.elements(); i++) {
            if (t.dtype() == DType.F32) {
                bytes.putInt(Float.floatToIntBits(t.real(i)));
            } else {
                bytes.putLong(t.integer(i));
            }
        }
        digest.update(bytes.array(), 0, bytes.position());
    }

    private void keep(List<Tensor> sample) {
        long more = sample.stream().mapToLong(Tensor::elements).sum();
        if (first.isEmpty() || first.size() < most && elements + more <= MOST_ELEMENTS) {
            elements += more;
            first.add(sample.stream().map(Tensor::copy).toList());
        }
    }
}
