package quern.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import quern.cli.UserException;
import quern.error.FormatException;
import quern.formats.AtomicFile;
import quern.quant.search.Journal;
import quern.quant.search.PrecisionSearch.Point;

/**
 * A journal in a file: a first line that says of which search it is, then a line a trial, its four
 * numbers and its name. The file is written anew as a whole after each trial.
 */
final class JournalFile implements Journal {
    private static final String HEAD = "quern search ";
    private static final long MOST_BYTES = 1L << 20;

    private final Path file;
    private final String head;
    private final Map<String, Point> points = new LinkedHashMap<>();

    /**
     * Reads the file if it is there.
     *
     * @param search a digest of all that the trials depend on
     */
    JournalFile(Path file, String search) throws IOException {
        this.file = file;
        this.head = HEAD + search;
        if (!Files.exists(file)) {
            return;
        }
        if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
            throw new FormatException(file.toString(), "is no journal of a search");
        }
        String[] lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n");
        if (!lines[0].startsWith(HEAD)) {
            throw new FormatException(file.toString(), "is no journal of a search");
        }
        if (!lines[0].equals(head)) {
            throw new FormatException(
                    file.toString(),
                    "is the journal of a search with another model, other data or other options");
        }
        for (int i = 1; i < lines.length; i++) {
            read(lines[i], i + 1);
        }
    }

    private void read(String line, int number) {
        String[] words = line.split(" ", 5);
        try {
            if (words.length == 5) {
                points.put(
                        words[4],
                        new Point(
                                Integer.parseInt(words[0]),
                                Integer.parseInt(words[1]),
                                Long.parseLong(words[2]),
                                Double.parseDouble(words[3])));
                return;
            }
        } catch (NumberFormatException e) {
            throw new FormatException(file + " line " + number, "is no trial: " + e.getMessage());
        }
        throw new FormatException(file + " line " + number, "is no trial");
    }

    @Override
    public Optional<Point> point(String trial) {
        return Optional.ofNullable(points.get(trial));
    }

    @Override
    public void add(String trial, Point p) {
        points.put(trial, p);
        StringBuilder text = new StringBuilder(head).append('\n');
        points.forEach(
                (name, q) ->
                        text.append(q.fourBit())
                                .append(' ')
                                .append(q.inFloat())
                                .append(' ')
                                .append(q.bytes())
                                .append(' ')
                                .append(q.value())
                                .append(' ')
                                .append(name)
                                .append('\n'));
        try {
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(file, out -> out.write(bytes));
        } catch (IOException e) {
            throw new UserException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
