package quern.formats.tflite;

final class ControlReaders {
    static void loop(TfliteOperator o) {
        throw o.unsupported("x");
    }

    static void branch(TfliteOperator o) {
        throw o.unsupported("x");
    }
}
