package quern.formats.tflite;

import java.util.Optional;
import java.util.function.Function;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.op.Activation;
import quern.op.Padding;
import quern.tensor.Ints;

/**
 * The options of one builtin operator of a file.
 *
 * @param operator its table
 * @param unsupported makes the error that says which form of the operator is not supported
 */
record OperatorOptions(FlatTable operator, Function<String, UnsupportedOpException> unsupported) {
    /** The table of options, which must be there. */
    FlatTable table() {
        return given().orElseThrow(
                        () -> new FormatException("builtin_options", "they are missing"));
    }

    /** The table of options of newer operators, which must be there. */
    FlatTable second() {
        return operator.table(Schema.OPERATOR_OPTIONS_2, ".builtin_options_2")
                .orElseThrow(() -> new FormatException("builtin_options_2", "they are missing"));
    }

    /** A byte of the options, 0 if there are none. */
    int u8(int field) {
        return given().map(t -> t.u8(field)).orElse(0);
    }

    /** A whole number of the options, 0 if there are none. */
    int s32(int field) {
        return given().map(t -> t.s32(field, 0)).orElse(0);
    }

    /** A flag of the options, {@code otherwise} where it is not given. */
    boolean flag(int field, boolean otherwise) {
        return given().filter(t -> t.has(field)).map(t -> t.flag(field)).orElse(otherwise);
    }

    /** The fused activation in a field of the options. */
    Activation activation(int field) {
        int code = u8(field);
        switch (code) {
            case 0:
                return Activation.NONE;
            case 1:
                return Activation.RELU;
            case 2:
                return Activation.RELU_N1_TO_1;
            case 3:
                return Activation.RELU6;
            default:
                throw unsupported.apply(
                        "the fused activation number " + code + " is not supported");
        }
    }

    /** The padding in a field of the options. */
    Padding padding(int field) {
        int code = u8(field);
        if (code > 1) {
            throw new FormatException("builtin_options", "padding number " + code + " is unknown");
        }
        return code == 0 ? Padding.SAME : Padding.VALID;
    }

    /** Two whole numbers of the options, vertical and horizontal. */
    Ints pair(int vertical, int horizontal, int otherwise) {
        FlatTable o = table();
        return Ints.of(o.s32(vertical, otherwise), o.s32(horizontal, otherwise));
    }

    private Optional<FlatTable> given() {
        return operator.table(Schema.OPERATOR_OPTIONS, ".builtin_options");
    }
}
