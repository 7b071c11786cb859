package quern.formats.qrn;

/** Writes JSON strings. */
final class JsonText {
    private JsonText() {}

    /**
     * Appends {@code value} in quotes: quotes, backslashes, control characters and surrogates
     * without partner are escaped, everything else stands as it is.
     */
    static void string(StringBuilder out, String value) {
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < 0x20 || lonely(value, i)) {
                out.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    out.append(Character.forDigit(c >> shift & 0xF, 16));
                }
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean lonely(String value, int i) {
        char c = value.charAt(i);
        boolean low = i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
        boolean high = i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
        return Character.isHighSurrogate(c) && !low || Character.isLowSurrogate(c) && !high;
    }
}
