package quern.formats.tflite;

import quern.op.signal.Rfft2d;
import quern.tensor.Ints;

/** Reads transforms of signals. */
final class SignalReaders {
    private SignalReaders() {}

    static void rfft2d(TfliteOperator o) {
        o.requireInputs(2, 2);
        o.emit(new Rfft2d(Ints.of(o.integers(1, "fft_length"))), o.input(0));
    }
}
