package quern.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Requantizer;
import quern.op.Window;
import quern.tensor.Tensor;

/**
 * What Quern makes of a golden case.
 *
 * @param output the result
 * @param derived values settled before the inference, under the names of the golden vectors
 */
record GoldenResult(Tensor output, Map<String, List<Integer>> derived) {
    static GoldenResult of(Tensor output) {
        return new GoldenResult(output, new LinkedHashMap<>());
    }

    GoldenResult with(String name, int... values) {
        derived.put(name, IntStream.of(values).boxed().toList());
        return this;
    }

    GoldenResult with(String multiplier, String shift, Multiplier m) {
        return with(multiplier, m.mantissa()).with(shift, m.shift());
    }

    GoldenResult with(ActivationRange range) {
        return with("act_min", range.min()).with("act_max", range.max());
    }

    GoldenResult with(Window rows, Window columns) {
        return with("pad_top", rows.before()).with("pad_left", columns.before());
    }

    GoldenResult with(Requantizer r, int channels) {
        return with("multiplier", IntStream.range(0, channels).map(r::mantissa).toArray())
                .with("shift", IntStream.range(0, channels).map(r::shift).toArray());
    }
}
