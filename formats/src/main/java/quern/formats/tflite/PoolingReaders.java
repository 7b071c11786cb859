package quern.formats.tflite;

import quern.op.Activation;
import quern.op.Op;
import quern.op.Padding;
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

    /** Makes a pooling operator from its options. */
    private interface Maker {
        Op make(Ints kernel, Ints stride, Padding padding, Activation activation);
    }

    static void averagePool2d(TfliteOperator o) {
        pool(o, AveragePool2d::new);
    }

    static void maxPool2d(TfliteOperator o) {
        pool(o, MaxPool2d::new);
    }

    static void l2Pool2d(TfliteOperator o) {
        pool(o, L2Pool2d::new);
    }

    private static void pool(TfliteOperator o, Maker maker) {
        o.requireInputs(1, 1);
        Ints kernel = o.options().pair(FILTER_H, FILTER_W, 0);
        Ints stride = o.options().pair(STRIDE_H, STRIDE_W, 0);
        Padding padding = o.options().padding(PADDING);
        o.emit(maker.make(kernel, stride, padding, o.options().activation(ACTIVATION)), o.input(0));
    }
}
