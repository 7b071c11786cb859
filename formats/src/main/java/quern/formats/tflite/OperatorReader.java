package quern.formats.tflite;

/** Turns one operator of a file into nodes of a graph. */
@FunctionalInterface
interface OperatorReader {
    /** Adds the nodes. */
    void read(TfliteOperator operator);
}
