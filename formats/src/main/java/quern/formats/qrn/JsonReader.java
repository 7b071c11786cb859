package quern.formats.qrn;

import java.util.HashSet;
import java.util.Set;
import quern.error.FormatException;

/**
 * Strict JSON (RFC 8259) read token by token by a caller who knows what must come: objects, arrays,
 * strings and whole numbers. Nothing is nested deeper than the caller asks for.
 */
final class JsonReader {
    private static final int MAX_DIGITS = 15;

    private final String text;
    private int at;

    JsonReader(String text) {
        this.text = text;
    }

    /** What to do with the member of an object whose name was just read. */
    @FunctionalInterface
    interface Member {
        void read(String name);
    }

    /** Reads an object; {@code member} reads each value. A name may stand once. */
    void object(Member member) {
        Set<String> names = new HashSet<>();
        mark('{');
        if (peek() == '}') {
            at++;
            return;
        }
        do {
            String name = string();
            if (!names.add(name)) {
                throw error("\"" + name + "\" stands twice in one object");
            }
            mark(':');
            member.read(name);
        } while (more('}'));
    }

    /** Reads an array; {@code element} reads each element. */
    void array(Runnable element) {
        mark('[');
        if (peek() == ']') {
            at++;
            return;
        }
        do {
            element.run();
        } while (more(']'));
    }

    /** Reads a whole number of at most 15 digits without sign, fraction or exponent. */
    long whole() {
        peek();
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        int digits = at - from;
        if (digits == 0 || digits > MAX_DIGITS || digits > 1 && text.charAt(from) == '0') {
            throw error("a whole number of at most " + MAX_DIGITS + " digits was expected");
        }
        return Long.parseLong(text, from, at, 10);
    }

    /** Reads a string. */
    String string() {
        mark('"');
        StringBuilder s = new StringBuilder();
        while (true) {
            char c = next("a string does not end");
            if (c == '"') {
                return s.toString();
            } else if (c == '\\') {
                s.append(escape());
            } else if (c < 0x20) {
                at--;
                throw error("a string holds a control character that is not escaped");
            } else {
                s.append(c);
            }
        }
    }

    /** Checks that only spaces remain. */
    void end() {
        if (peek() != 0 || at < text.length()) {
            throw error("only spaces may follow the JSON object");
        }
    }

    FormatException error(String problem) {
        return new FormatException("header character " + at, problem);
    }

    private char escape() {
        char c = next("a string does not end");
        switch (c) {
            case '"', '\\', '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    code = code << 4 | hexadecimal(next("a string does not end"));
                }
                return (char) code;
            default:
                throw error("\"\\" + c + "\" is not an escape");
        }
    }

    private int hexadecimal(char c) {
        int digit = c < 128 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
            throw error("\\u must be followed by four hexadecimal digits");
        }
        return digit;
    }

    private boolean more(char close) {
        char c = peek();
        if (c != ',' && c != close) {
            throw error("\",\" or \"" + close + "\" was expected");
        }
        at++;
        return c == ',';
    }

    private void mark(char expected) {
        if (peek() != expected) {
            throw error("\"" + expected + "\" was expected");
        }
        at++;
    }

    /** The next character that is no white space, not consumed; 0 at the end. */
    private char peek() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char next(String otherwise) {
        if (at >= text.length()) {
            throw error(otherwise);
        }
        return text.charAt(at++);
    }
}
