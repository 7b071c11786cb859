package quern.quant.calibration;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.quant.affine.Range;

/**
 * The range that each value of a graph is quantized for.
 *
 * @param byValue in the order in which the graph makes the values
 */
public record Ranges(Map<String, Range> byValue) {
    public Ranges {
        byValue = Collections.unmodifiableMap(new LinkedHashMap<>(byValue));
    }

    /**
     * The range of a value.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Range of(String value) {
        Range range = byValue.get(value);
        if (range == null) {
            throw new IllegalArgumentException("there is no range for a value " + value);
        }
        return range;
    }
}
