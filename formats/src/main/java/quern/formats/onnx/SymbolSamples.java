package quern.formats.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Numbers to put in place of symbolic dimensions, so that what follows from them can be seen. */
final class SymbolSamples {
    private static final int SAMPLES = 3;

    private SymbolSamples() {}

    /**
     * Ways to try one after another, each with several numbers for every symbol: multiples of 32,
     * as images need them; the same with 1 for the first symbol, which mostly is the batch; 1 for
     * all. Without symbols one sample tells everything, unless values decide some sizes.
     */
    static List<List<Map<String, Integer>>> of(Set<String> symbols) {
        return symbols.isEmpty()
                ? List.of(List.of(Map.of()), ways(symbols, 0))
                : List.of(ways(symbols, 0), ways(symbols, 1), ways(symbols, symbols.size()));
    }

    private static List<Map<String, Integer>> ways(Set<String> symbols, int ones) {
        List<Map<String, Integer>> all = new ArrayList<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            Map<String, Integer> numbers = new LinkedHashMap<>();
            for (String s : symbols) {
                int j = numbers.size();
                numbers.put(s, j < ones ? 1 : 32 * (1 + j + 4 * sample));
            }
            all.add(numbers);
        }
        return all;
    }
}
