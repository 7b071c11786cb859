package quern.formats.tflite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;

/** The operators that a file names, and how each is read. */
final class OperatorCodes {
    private final List<FlatTable> codes;

    OperatorCodes(List<FlatTable> codes) {
        this.codes = codes;
    }

    /** The name of an operator: the schema's, or that of a custom one. */
    String name(FlatTable operator) {
        int builtin = builtin(operator);
        return builtin == BuiltinOperators.CUSTOM
                ? "CUSTOM " + code(operator).string(Schema.CODE_CUSTOM)
                : BuiltinOperators.name(builtin);
    }

    /** The number of a builtin operator. */
    int builtin(FlatTable operator) {
        FlatTable code = code(operator);
        return Math.max(code.s8(Schema.CODE_DEPRECATED), code.s32(Schema.CODE_BUILTIN, 0));
    }

    /** The version of an operator. */
    int version(FlatTable operator) {
        return code(operator).s32(Schema.CODE_VERSION, 1);
    }

    /** How an operator is read; empty if it is not. */
    Optional<TfliteOps.Form> form(FlatTable operator) {
        return TfliteOps.find(builtin(operator), name(operator));
    }

    /** Throws, with the names of all that are missing, if an operator of the list is not read. */
    void requireSupported(List<FlatTable> operators, TfliteTensors tensors) {
        Optional<FlatTable> first = Optional.empty();
        Set<String> missing = new LinkedHashSet<>();
        for (FlatTable operator : operators) {
            if (form(operator).isEmpty()) {
                first = first.isEmpty() ? Optional.of(operator) : first;
                missing.add(name(operator));
            }
        }
        if (first.isEmpty()) {
            return;
        }
        int[] outputs = first.get().ints(Schema.OPERATOR_OUTPUTS);
        String makes =
                outputs.length == 0
                        ? ""
                        : ", which makes " + tensors.name(tensors.require(outputs[0], "outputs"));
        List<String> names = new ArrayList<>(missing);
        String also =
                names.size() == 1
                        ? ""
                        : " (the model also uses "
                                + String.join(", ", names.subList(1, names.size()))
                                + ")";
        throw new UnsupportedOpException(
                names.get(0),
                first.get().path() + makes,
                "this version does not have it"
                        + also
                        + "; export the model without it, or cut the model before it and compute the rest outside");
    }

    private FlatTable code(FlatTable operator) {
        long index = operator.u32(Schema.OPERATOR_CODE);
        if (index >= codes.size()) {
            throw new FormatException(
                    operator.path(),
                    "operator code "
                            + index
                            + " does not exist; there are "
                            + codes.size()
                            + " codes");
        }
        return codes.get((int) index);
    }
}
