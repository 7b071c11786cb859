package quern.formats.tflite;

import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.tensor.Ints;

/** Reads pooling operators. */
final class PoolingReaders {
    private static final int PADDING = 0;
    private static final int STRIDE_W = 1;
    private static final int STRIDE_H = 2;
    private static final int FILTER_W = 3;
    private static final int FILTER_H = 4;
    private static final int ACTIVATION = 5;

    private PoolingReaders() {}

    static void averagePool2d(TfliteOperator o) {
        o.requireInputs(1, 1);
        Ints kernel = o.options().pair(FILTER_H, FILTER_W, 0);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        o.emit(
                new AveragePool2d(
                        kernel,
                        stride,
                        o.options().padding(PADDING),
                        o.options().activation(ACTIVATION)),
                o.input(0));
    }

    static void maxPool2d(TfliteOperator o) {
        o.requireInputs(1, 1);
        Ints kernel = o.options().pair(FILTER_H, FILTER_W, 0);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        o.emit(
                new MaxPool2d(
                        kernel,
                        stride,
                        o.options().padding(PADDING),
                        o.options().activation(ACTIVATION)),
                o.input(0));
    }

    static void l2Pool2d(TfliteOperator o) {
        o.requireInputs(1, 1);
        Ints kernel = o.options().pair(FILTER_H, FILTER_W, 0);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        o.emit(
                new L2Pool2d(
                        kernel,
                        stride,
                        o.options().padding(PADDING),
                        o.options().activation(ACTIVATION)),
                o.input(0));
    }
}
