package quern.json;

import java.util.List;
import java.util.Map;

/**
 * A JSON value. Immutable; the accessors of the wrong kind throw {@link IllegalArgumentException}.
 */
public sealed interface Json {
    /** An object; fields in the order of the text. */
    record Obj(Map<String, Json> fields) implements Json {}

    /** An array. */
    record Arr(List<Json> items) implements Json {}

    /** A string. */
    record Text(String value) implements Json {}

    /** A number as it is written. */
    record Num(String digits) implements Json {}

    /** true or false. */
    record Bool(boolean value) implements Json {}

    /** null. */
    record Nothing() implements Json {}

    /**
     * Reads a text that holds exactly one value.
     *
     * @throws IllegalArgumentException if it is anything but JSON, with the position
     */
    static Json parse(String text) {
        return new JsonReader(text).document();
    }

    /** The fields of an object. */
    default Map<String, Json> object() {
        if (this instanceof Obj o) {
            return o.fields();
        }
        throw wrong("an object");
    }

    /** The items of an array. */
    default List<Json> array() {
        if (this instanceof Arr a) {
            return a.items();
        }
        throw wrong("an array");
    }

    /** The characters of a string. */
    default String text() {
        if (this instanceof Text t) {
            return t.value();
        }
        throw wrong("a string");
    }

    /** The value of a boolean. */
    default boolean bool() {
        if (this instanceof Bool b) {
            return b.value();
        }
        throw wrong("true or false");
    }

    /** A whole number that fits a long. */
    default long whole() {
        return Long.parseLong(digits());
    }

    /** A whole number that fits an int. */
    default int integer() {
        return Math.toIntExact(whole());
    }

    /** The binary32 number nearest to the decimal one. */
    default float real32() {
        return Float.parseFloat(digits());
    }

    /** The binary64 number nearest to the decimal one. */
    default double real64() {
        return Double.parseDouble(digits());
    }

    /** A number as it is written. */
    default String digits() {
        if (this instanceof Num n) {
            return n.digits();
        }
        throw wrong("a number");
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("expected " + expected + ", not " + this);
    }
}
