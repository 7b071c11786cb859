package quern.graph;

import quern.error.FormatException;

/** Cuts the text of a graph into tokens, one when it is asked for. */
final class GraphLexer {
    /**
     * Kinds of tokens: {@code %name}, {@code @name}, a bare or quoted word, a punctuation mark, the
     * end of the line or of the text.
     */
    enum Kind {
        VALUE,
        CONSTANT,
        WORD,
        MARK,
        LINE,
        END
    }

    /** A token; {@code text} is the name without sigil and quotes. */
    record Token(Kind kind, String text, int line) {}

    private final String text;
    private int at;
    private int line = 1;

    GraphLexer(String text) {
        this.text = text;
    }

    /** The next token; at the end of the text a line end once, then the end for ever. */
    Token next() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        if (at >= text.length()) {
            boolean first = at++ == text.length();
            return new Token(first ? Kind.LINE : Kind.END, "", line);
        }
        char c = text.charAt(at);
        if (c == '\n') {
            at++;
            return new Token(Kind.LINE, "", line++);
        } else if (c == '%' || c == '@') {
            at++;
            String name = at < text.length() && text.charAt(at) == '"' ? quoted() : plain();
            if (name.isEmpty()) {
                throw error("a name is missing after " + c);
            }
            return new Token(c == '%' ? Kind.VALUE : Kind.CONSTANT, name, line);
        } else if (c == '"') {
            return new Token(Kind.WORD, quoted(), line);
        } else if (c == ':' || "()[]{},=?".indexOf(c) >= 0) {
            at++;
            return new Token(c == '?' ? Kind.WORD : Kind.MARK, String.valueOf(c), line);
        } else if (GraphPrinter.isPlain(c)) {
            return new Token(Kind.WORD, plain(), line);
        }
        throw error("character \"" + c + "\" is not expected");
    }

    private String plain() {
        int from = at;
        while (at < text.length() && GraphPrinter.isPlain(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private String quoted() {
        StringBuilder s = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return s.toString();
            } else if (c == '\n') {
                break;
            } else if (c != '\\') {
                s.append(c);
            } else if (at + 1 < text.length()
                    && (text.charAt(at + 1) == '"' || text.charAt(at + 1) == '\\')) {
                s.append(text.charAt(++at));
            } else if (at + 5 < text.length()
                    && text.substring(at + 1, at + 6).matches("u[0-9a-f]{4}")) {
                s.append((char) Integer.parseInt(text.substring(at + 2, at + 6), 16));
                at += 5;
            } else {
                throw error(
                        "a backslash in a name must be followed by a quote, a backslash or u and four digits");
            }
        }
        throw error("a quoted name does not end");
    }

    private FormatException error(String problem) {
        return new FormatException("line " + line, problem);
    }
}
