package quern.cli.data;

import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;

/**
 * Comma-separated text (RFC 4180): a cell in double quotes may hold commas, line breaks and doubled
 * quotes. Lines end with LF or CRLF; empty lines are passed over.
 */
final class Csv {
    private final String place;
    private final String text;
    private final List<Line> lines = new ArrayList<>();
    private int at;
    private int number = 1;

    /** The cells of a line and the number, counted from 1, of the line on which it begins. */
    record Line(int number, List<String> cells) {}

    private Csv(String place, String text) {
        this.place = place;
        this.text = text;
    }

    /** All lines with their cells, blanks around unquoted cells taken away. */
    static List<Line> parse(String place, String text) {
        Csv csv = new Csv(place, text);
        while (csv.at < text.length()) {
            csv.line();
        }
        return csv.lines;
    }

    private void line() {
        int first = number;
        List<String> cells = new ArrayList<>();
        do {
            cells.add(cell());
        } while (take(','));
        take('\r');
        take('\n');
        number++;
        if (cells.size() > 1 || !cells.get(0).isEmpty()) {
            lines.add(new Line(first, cells));
        }
    }

    private boolean take(char c) {
        boolean found = at < text.length() && text.charAt(at) == c;
        at += found ? 1 : 0;
        return found;
    }

    private String cell() {
        if (at < text.length() && text.charAt(at) == '"') {
            at++;
            return quoted();
        }
        int from = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at).trim();
    }

    private String quoted() {
        int opened = number;
        StringBuilder cell = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            number += c == '\n' ? 1 : 0;
            if (c != '"') {
                cell.append(c);
            } else if (!take('"')) {
                if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
                    throw new FormatException(
                            place + " line " + number, "has text behind a closing quote");
                }
                return cell.toString();
            } else {
                cell.append('"');
            }
        }
        throw new FormatException(place + " line " + opened, "opens a quote that is not closed");
    }
}
