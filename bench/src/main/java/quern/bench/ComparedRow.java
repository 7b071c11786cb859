package quern.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A line of a comparison.
 *
 * @param small whether the model is listed apart
 */
record ComparedRow(
        String model,
        String precision,
        String tier,
        int threads,
        double oursMs,
        double ortMs,
        double ratio,
        boolean small) {
    /** The rows as a table of Markdown, and below it the geometric means of the large models. */
    static String table(List<ComparedRow> rows) {
        StringBuilder s = new StringBuilder();
        s.append("| model | precision | tier | threads | Quern, ms | ONNX Runtime, ms | ratio |\n");
        s.append("|---|---|---|--:|--:|--:|--:|\n");
        for (ComparedRow r : rows) {
            s.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %s | %s | %d | %.3f | %.3f | %.2f |%n",
                            r.model,
                            r.precision,
                            r.tier,
                            r.threads,
                            r.oursMs,
                            r.ortMs,
                            r.ratio));
        }
        rows.stream()
                .filter(r -> !r.small)
                .collect(
                        Collectors.groupingBy(
                                r -> r.precision + " | " + r.tier + " | " + r.threads))
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(
                        e ->
                                s.append(
                                        String.format(
                                                Locale.ROOT,
                                                "| geometric mean of %d large ones | %s | | | %.2f |%n",
                                                e.getValue().size(),
                                                e.getKey(),
                                                geometricMean(e.getValue()))));
        return s.toString();
    }

    /** The geometric mean of the ratios. */
    static double geometricMean(List<ComparedRow> rows) {
        double logs = rows.stream().mapToDouble(r -> Math.log(r.ratio)).sum();
        return Math.exp(logs / rows.size());
    }
}
