package quern.formats.tflite;

import quern.op.signal.ComplexAbs;
import quern.op.signal.Imag;
import quern.op.signal.Real;
import quern.op.signal.Rfft2d;
import quern.tensor.Ints;

/** Reads transforms and operators on complex numbers. */
final class SignalReaders {
    private SignalReaders() {}

    static void rfft2d(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Rfft2d(Ints.of(o.integers(1, "fft_length"))), o.input(0));
    }

    static void complexAbs(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new ComplexAbs(), o.input(0));
    }

    static void real(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Real(), o.input(0));
    }

    static void imag(TfliteOperator o) {
        o.requireInputs(1, 1);
        o.emit(new Imag(), o.input(0));
    }
}
