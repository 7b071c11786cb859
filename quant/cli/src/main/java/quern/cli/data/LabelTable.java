package quern.cli.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;

/** The lines of a CSV file of labels: the file in the first column, the class in another. */
final class LabelTable {
    private static final long LARGEST = 256L << 20;

    private LabelTable() {}

    /**
     * A labelled file.
     *
     * @param file first cell; empty if there is only a column of labels
     * @param label class, counted from 0
     */
    record Row(String file, int label) {}

    /**
     * Reads a file. Its first line is a header if the cell of the label column is no number.
     *
     * @param column name in the header or index counted from 0; empty for the last
     */
    static List<Row> read(Path file, String column) {
        List<Csv.Line> lines = Csv.parse(file.toString(), text(file));
        if (lines.isEmpty()) {
            throw new FormatException(file.toString(), "holds no labels");
        }
        List<String> first = lines.get(0).cells();
        int width = first.size();
        int at = column(file, column, first);
        boolean header = !isNumber(first.get(at));
        List<Row> rows = new ArrayList<>();
        for (Csv.Line line : lines.subList(header ? 1 : 0, lines.size())) {
            String place = file + " line " + line.number();
            if (line.cells().size() != width) {
                throw new FormatException(
                        place, "has " + line.cells().size() + " cells, the first line " + width);
            }
            String cell = line.cells().get(at);
            if (!isNumber(cell)) {
                throw new FormatException(place, "has label '" + cell + "', which is no class");
            }
            rows.add(new Row(width == 1 ? "" : line.cells().get(0), Integer.parseInt(cell)));
        }
        if (rows.isEmpty()) {
            throw new FormatException(file.toString(), "holds no labels below its header");
        }
        return rows;
    }

    private static int column(Path file, String column, List<String> first) {
        int named = first.indexOf(column);
        if (column.isEmpty()) {
            return first.size() - 1;
        } else if (named >= 0 && !isNumber(column)) {
            return named;
        } else if (isNumber(column) && Integer.parseInt(column) < first.size()) {
            return Integer.parseInt(column);
        }
        throw new FormatException(
                file.toString(),
                "has no column "
                        + column
                        + " among the "
                        + first.size()
                        + " of its first line: "
                        + String.join(", ", first));
    }

    private static boolean isNumber(String cell) {
        return cell.matches("\\d{1,9}");
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new FormatException(file.toString(), "is larger than 256 MB");
            }
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                            .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new FormatException(file.toString(), "is not UTF-8 text");
        } catch (IOException e) {
            throw Failures.of(file, e);
        }
    }
}
