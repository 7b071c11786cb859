package quern.quant.calibration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.quant.affine.Range;

/**
 * What calibration learned about a graph: an observer for each of its real values.
 *
 * @param observers by value name, in the order in which the graph makes the values
 * @param samples number of samples
 */
public record Calibration(Map<String, Observer> observers, long samples) {
    public Calibration {
        observers = Collections.unmodifiableMap(new LinkedHashMap<>(observers));
    }

    /** The range to quantize a value for; {@link Range#ZERO} for a value without elements. */
    public Range range(String value) {
        Observer observer = observers.get(value);
        if (observer == null) {
            throw new IllegalArgumentException("calibration did not observe a value " + value);
        }
        return observer.range().orElse(Range.ZERO);
    }

    /**
     * What this calibration and a later one of the same graph with the same method learned
     * together.
     */
    public Calibration merge(Calibration later) {
        if (!observers.keySet().equals(later.observers.keySet())) {
            throw new IllegalArgumentException("calibrations of different graphs cannot be merged");
        }
        Map<String, Observer> both = new LinkedHashMap<>();
        observers.forEach((name, o) -> both.put(name, o.merge(later.observers.get(name))));
        return new Calibration(both, samples + later.samples);
    }
}
