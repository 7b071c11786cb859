package quern.cli.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import quern.error.FormatException;

/**
 * Which row of each source belongs to which sample.
 *
 * @param size number of samples
 * @param rows for each source, the row of each sample
 */
record Matching(int size, List<int[]> rows) {
    /** By stem if all sources are files of one sample each, else by row; all must match. */
    static Matching of(List<String> paths, List<Source> sources) {
        int size = sources.get(0).size();
        for (int k = 1; k < sources.size(); k++) {
            if (sources.get(k).size() != size) {
                throw new FormatException(
                        paths.get(k),
                        "has "
                                + sources.get(k).size()
                                + " samples, but "
                                + paths.get(0)
                                + " has "
                                + size);
            }
        }
        boolean byStem = sources.size() > 1 && sources.stream().allMatch(Source::isNamed);
        List<int[]> rows = new ArrayList<>();
        for (int k = 0; k < sources.size(); k++) {
            rows.add(
                    byStem
                            ? byStem(sources.get(0), sources.get(k), paths.get(k))
                            : IntStream.range(0, size).toArray());
        }
        return new Matching(size, rows);
    }

    private static int[] byStem(Source first, Source other, String path) {
        Map<String, Integer> rows = new HashMap<>();
        for (int row = 0; row < other.size(); row++) {
            String stem = FileKind.stem(other.name(row));
            if (rows.put(stem, row) != null) {
                throw new FormatException(path, "holds two samples called " + stem);
            }
        }
        int[] matched = new int[first.size()];
        for (int i = 0; i < matched.length; i++) {
            Integer row = rows.get(FileKind.stem(first.name(i)));
            if (row == null) {
                throw new FormatException(path, "holds no sample to go with " + first.name(i));
            }
            matched[i] = row;
        }
        return matched;
    }
}
