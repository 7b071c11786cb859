package quern.cli.data;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quern.error.FormatException;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * The classes of samples: by file name or stem where samples are files, by row elsewhere.
 * Immutable.
 */
public final class Labels {
    private static final Integer AMBIGUOUS = -1;

    private final String place;
    private final int[] rows;
    private final Map<String, Integer> byName;
    private final Map<String, Integer> byStem;

    private Labels(
            String place, int[] rows, Map<String, Integer> byName, Map<String, Integer> byStem) {
        this.place = place;
        this.rows = rows;
        this.byName = byName;
        this.byStem = byStem;
    }

    /** Reads labels; of a CSV file the last column. */
    public static Labels read(String spec) {
        return read(spec, "");
    }

    /**
     * Reads labels.
     *
     * @param spec LABELS of the command line: a CSV file {@code file,...,label} or an IDX file,
     *     also packed
     * @param column of a CSV file: its name in the header, or its index counted from 0; empty for
     *     the last
     * @throws FormatException if there is no such file or it is not what it claims to be
     */
    public static Labels read(String spec, String column) {
        Path file = path(spec);
        if (Files.isDirectory(file)) {
            throw new FormatException(
                    spec,
                    "is a folder; labels are a CSV or IDX file (folders of YOLO labels are not"
                            + " read in this version)");
        } else if (IdxHeader.isNamed(file)) {
            return new Labels(spec, idx(file), Map.of(), Map.of());
        } else if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            throw new FormatException(spec, "is no labels file: expected .csv or IDX");
        }
        return csv(spec, LabelTable.read(file, column));
    }

    private static Path path(String spec) {
        try {
            Path file = Path.of(spec);
            if (Files.exists(file)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new FormatException(spec, "is no path");
        }
        throw new FormatException(spec, "no such file or folder");
    }

    private static Labels csv(String spec, List<LabelTable.Row> table) {
        Map<String, Integer> byName = new HashMap<>();
        Map<String, Integer> byStem = new HashMap<>();
        int[] rows = new int[table.size()];
        for (int i = 0; i < rows.length; i++) {
            int label = table.get(i).label();
            rows[i] = label;
            String path = table.get(i).file();
            String name = path.substring(path.lastIndexOf('/') + 1);
            if (!name.isEmpty()) {
                Integer before = byName.put(name, label);
                if (before != null && before != label) {
                    throw new FormatException(
                            spec, "gives " + name + " two labels, " + before + " and " + label);
                }
                byStem.merge(FileKind.stem(name), label, (a, b) -> a.equals(b) ? a : AMBIGUOUS);
            }
        }
        return new Labels(spec, rows, byName, byStem);
    }

    private static int[] idx(Path file) {
        IdxHeader header = IdxHeader.read(file);
        if (header.shape().rank() != 1 || header.dtype().isFloat()) {
            throw new FormatException(
                    file.toString(),
                    "holds "
                            + header.dtype().numpyName()
                            + header.shape()
                            + "; labels are one row of integers");
        }
        int n = header.shape().dim(0);
        byte[] bytes = new byte[header.dtype().bits() / 8];
        try (Records records = Records.open(file, header.length(), n, bytes.length)) {
            int[] labels = new int[n];
            for (int i = 0; i < n; i++) {
                records.read(i, bytes);
                Tensor t = Elements.decode(bytes, header.dtype(), Shape.of(), ByteOrder.BIG_ENDIAN);
                labels[i] = t.code(0);
                if (labels[i] < 0) {
                    throw new FormatException(
                            file.toString(), "has negative label " + labels[i] + " in row " + i);
                }
            }
            return labels;
        }
    }

    /** Number of labels. */
    public int size() {
        return rows.length;
    }

    /** Refuses labels that cannot belong to data of this size, of files or of rows. */
    void check(int samples, boolean named) {
        if (!(named && !byName.isEmpty()) && rows.length != samples) {
            throw new FormatException(
                    place,
                    "has " + rows.length + " labels, but the data has " + samples + " samples");
        }
    }

    /**
     * The class of a sample.
     *
     * @param row of the sample in its data, used if it has no name or no label has one
     * @param file name of the sample's file; empty if it is a row
     * @throws FormatException if there is none
     */
    int label(int row, String file) {
        if (file.isEmpty() || byName.isEmpty()) {
            return rows[row];
        }
        Integer label = byName.get(file);
        if (label == null) {
            label = byStem.get(FileKind.stem(file));
        }
        if (label == null || label.equals(AMBIGUOUS)) {
            throw new FormatException(place, "has no label for " + file);
        }
        return label;
    }
}
