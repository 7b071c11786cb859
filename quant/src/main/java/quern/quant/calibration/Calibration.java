package quern.quant.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.quant.affine.AffineScheme;
import quern.quant.affine.Range;

/**
 * What calibration learned about a graph: statistics of each of its real values. Ranges are chosen
 * from them afterwards, by any method.
 *
 * @param statistics by value name, in the order in which the graph makes the values
 * @param samples number of samples
 */
public record Calibration(Map<String, Statistics> statistics, long samples) {
    private static final int MAGIC = 0x51434131;
    private static final int MOST_VALUES = 1 << 20;

    public Calibration {
        statistics = Collections.unmodifiableMap(new LinkedHashMap<>(statistics));
    }

    /**
     * What is known of a value.
     *
     * @throws IllegalArgumentException if it was not observed
     */
    public Statistics of(String value) {
        Statistics s = statistics.get(value);
        if (s == null) {
            throw new IllegalArgumentException("calibration did not observe a value " + value);
        }
        return s;
    }

    /** The smallest and the largest element; {@link Range#ZERO} for a value without elements. */
    public Range extremes(String value) {
        return of(value).range().orElse(Range.ZERO);
    }

    /** The range to quantize each value for. */
    public Ranges ranges(RangeMethod method, AffineScheme scheme) {
        Map<String, Range> all = new LinkedHashMap<>();
        statistics.forEach((name, s) -> all.put(name, method.choose(s, scheme)));
        return new Ranges(all);
    }

    /**
     * How far the ranges are from settled, of the value of which it is worst; see {@link
     * Statistics#convergence}.
     */
    public double convergence() {
        return statistics.values().stream().mapToDouble(Statistics::convergence).max().orElse(0);
    }

    /**
     * What this calibration and a later one of the same graph learned together. But for moving
     * averages, which need the order, it is exact, associative and commutative.
     *
     * @throws IllegalArgumentException if they observed different values
     */
    public Calibration merge(Calibration later) {
        if (!statistics.keySet().equals(later.statistics.keySet())) {
            throw new IllegalArgumentException("calibrations of different graphs cannot be merged");
        }
        Map<String, Statistics> both = new LinkedHashMap<>();
        statistics.forEach((name, s) -> both.put(name, s.merge(later.statistics.get(name))));
        return new Calibration(both, samples + later.samples);
    }

    /** Writes what {@link #read} reads; equal calibrations give equal bytes. */
    public void write(DataOutput out) throws IOException {
        out.writeInt(MAGIC);
        out.writeLong(samples);
        out.writeInt(statistics.size());
        for (Map.Entry<String, Statistics> e : statistics.entrySet()) {
            out.writeUTF(e.getKey());
            e.getValue().write(out);
        }
    }

    /**
     * Reads a calibration, as it may come from another machine.
     *
     * @throws IOException if it is none, or cut off
     */
    public static Calibration read(DataInput in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("it is no calibration of this version");
        }
        long samples = in.readLong();
        int count = in.readInt();
        if (samples < 0 || count < 0 || count > MOST_VALUES) {
            throw new IOException("the numbers of a calibration are out of bounds");
        }
        Map<String, Statistics> all = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            if (all.put(name, Statistics.read(in)) != null) {
                throw new IOException("a calibration has value " + name + " twice");
            }
        }
        return new Calibration(all, samples);
    }
}
