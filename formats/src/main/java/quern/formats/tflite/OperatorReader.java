package quern.formats.tflite;

import java.util.Arrays;
import quern.op.Op;

/** Turns one operator of a file into nodes of a graph. */
@FunctionalInterface
interface OperatorReader {
    /** Adds the nodes. */
    void read(TfliteOperator operator);

    /** Reads an operator without options on {@code inputs} inputs. */
    static OperatorReader plain(Op op, int inputs) {
        return o -> {
            o.requireInputs(inputs, inputs);
            String[] from = new String[inputs];
            Arrays.setAll(from, o::input);
            o.emit(op, from);
        };
    }
}
