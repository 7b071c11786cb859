package quern.op;

import quern.error.FormatException;
import quern.tensor.Ints;

/** How a sliding window treats the border of the image. */
public sealed interface Padding {
    Padding SAME = new Same();
    Padding VALID = new Valid();

    /**
     * Output size is {@code ceil(in / stride)}; the odd pixel of padding goes to the bottom and
     * right.
     */
    record Same() implements Padding {}

    /** No padding. */
    record Valid() implements Padding {}

    /** Given numbers of rows and columns, zero or more each. */
    record Explicit(int top, int left, int bottom, int right) implements Padding {
        public Explicit {
            if (top < 0 || left < 0 || bottom < 0 || right < 0) {
                throw new FormatException(
                        "",
                        "padding ["
                                + top
                                + ","
                                + left
                                + ","
                                + bottom
                                + ","
                                + right
                                + "] has a negative side");
            }
        }
    }

    /**
     * Writes attribute {@code pad}: {@code same}, {@code valid} or {@code [top,left,bottom,right]}.
     */
    default void write(Attributes attributes) {
        if (this instanceof Explicit e) {
            attributes.put("pad", Ints.of(e.top(), e.left(), e.bottom(), e.right()));
        } else {
            attributes.put("pad", this instanceof Same ? "same" : "valid");
        }
    }

    /** Reads attribute {@code pad}. */
    static Padding read(Attributes attributes) {
        if (attributes.isWord("pad")) {
            String word = attributes.word("pad");
            switch (word) {
                case "same":
                    return SAME;
                case "valid":
                    return VALID;
                default:
                    throw new FormatException(
                            "",
                            "\""
                                    + word
                                    + "\" is not a padding; known are same, valid and [top,left,bottom,right]");
            }
        }
        Ints p = attributes.ints("pad", 4);
        return new Explicit(p.at(0), p.at(1), p.at(2), p.at(3));
    }
}
