package quern.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON by RFC 8259; a field given twice is refused. */
final class JsonReader {
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final int MAX_DEPTH = 100;

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text) {
        this.text = text;
    }

    Json document() {
        Json value = value();
        space();
        if (at < text.length()) {
            throw error("something follows the value");
        }
        return value;
    }

    private Json value() {
        space();
        if (at == text.length()) {
            throw error("a value is missing");
        }
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Text(string());
            case 't' -> word("true", new Json.Bool(true));
            case 'f' -> word("false", new Json.Bool(false));
            case 'n' -> word("null", new Json.Nothing());
            default -> number();
        };
    }

    private Json object() {
        open();
        Map<String, Json> fields = new LinkedHashMap<>();
        if (!skip('}')) {
            do {
                space();
                String key = string();
                expect(':');
                if (fields.put(key, value()) != null) {
                    throw error("field " + key + " is given twice");
                }
            } while (skip(','));
            expect('}');
        }
        depth--;
        return new Json.Obj(Collections.unmodifiableMap(fields));
    }

    private Json array() {
        open();
        List<Json> items = new ArrayList<>();
        if (!skip(']')) {
            do {
                items.add(value());
            } while (skip(','));
            expect(']');
        }
        depth--;
        return new Json.Arr(Collections.unmodifiableList(items));
    }

    private void open() {
        at++;
        if (++depth > MAX_DEPTH) {
            throw error("values are nested too deeply");
        }
    }

    private Json number() {
        Matcher m = NUMBER.matcher(text).region(at, text.length());
        if (!m.lookingAt()) {
            throw error("this is no value");
        }
        at = m.end();
        return new Json.Num(m.group());
    }

    private Json word(String word, Json value) {
        if (!text.startsWith(word, at)) {
            throw error("this is no value");
        }
        at += word.length();
        return value;
    }

    private String string() {
        if (at == text.length() || text.charAt(at) != '"') {
            throw error("a string is missing");
        }
        StringBuilder s = new StringBuilder();
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            char c = text.charAt(at);
            if (c < ' ') {
                throw error("a control character stands in a string");
            }
            s.append(c == '\\' ? escape() : c);
        }
        if (at == text.length()) {
            throw error("a string does not end");
        }
        at++;
        return s.toString();
    }

    private char escape() {
        at++;
        char c = at < text.length() ? text.charAt(at) : ' ';
        if (c == 'u' && text.substring(at + 1).matches("(?s)[0-9a-fA-F]{4}.*")) {
            at += 4;
            return (char) Integer.parseInt(text, at - 3, at + 1, 16);
        }
        int known = "\"\\/bfnrt".indexOf(c);
        if (known < 0) {
            throw error("this is no escape");
        }
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skip(char c) {
        space();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c) {
        if (!skip(c)) {
            throw error("'" + c + "' is missing");
        }
    }

    private IllegalArgumentException error(String problem) {
        return new IllegalArgumentException("JSON, character " + at + ": " + problem);
    }
}
