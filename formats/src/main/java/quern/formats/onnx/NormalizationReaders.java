package quern.formats.onnx;

import java.util.Arrays;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Mul;
import quern.op.math.Rsqrt;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.Sub;
import quern.op.reduction.LayerNormalization;
import quern.op.reduction.LocalResponseNormalization;
import quern.op.reduction.Mean;
import quern.op.shape.Tile;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Normalizations, made of their parts where there is no operator for them. */
final class NormalizationReaders {
    private NormalizationReaders() {}

    /** A list of one number a channel, to be broadcast with an image of so many dimensions. */
    static String perChannel(OnnxNode o, String list, int rank) {
        int[] dims = new int[Math.max(1, rank - 1)];
        Arrays.fill(dims, 1);
        dims[0] = -1;
        return rank <= 2 ? list : o.reshape(list, dims);
    }

    static void batchNormalization(OnnxNode o) {
        if (o.flag("training_mode", false) || o.opset() < 14 && o.wants(1)) {
            throw o.unsupported(
                    "batch normalization in training is not read; export for inference");
        }
        if (o.opset() < 9 && !o.flag("spatial", true)) {
            throw o.unsupported("statistics for each place (spatial = 0) are not there");
        }
        float epsilon = o.real("epsilon", 1e-5f);
        int rank = o.rank(0);
        String deviation =
                o.add(new Sqrt(), o.add(new Add(Activation.NONE), o.input(4), o.scalar(epsilon)));
        String factor = o.add(new Div(Activation.NONE), o.input(1), deviation);
        String moved = o.add(new Mul(Activation.NONE), o.input(3), factor);
        String offset = o.add(new Sub(Activation.NONE), o.input(2), moved);
        String scaled = o.add(new Mul(Activation.NONE), o.input(0), perChannel(o, factor, rank));
        o.emit(new Add(Activation.NONE), scaled, perChannel(o, offset, rank));
    }

    static void instanceNormalization(OnnxNode o) {
        int rank = o.rank(0);
        Ints axes = Ints.of(IntStream.range(2, rank).toArray());
        String y = normalized(o, o.input(0), axes, o.real("epsilon", 1e-5f), false);
        affine(o, y, perChannel(o, o.input(1), rank), perChannel(o, o.input(2), rank));
    }

    private static void affine(OnnxNode o, String y, String scale, String offset) {
        o.emit(new Add(Activation.NONE), o.add(new Mul(Activation.NONE), y, scale), offset);
    }

    /** {@code (x - mean) / sqrt(variance + epsilon)}. */
    static String normalized(OnnxNode o, String x, Ints axes, float epsilon, boolean outputs) {
        String mean = o.add(new Mean(axes, true), x);
        String centred = o.add(new Sub(Activation.NONE), x, mean);
        String variance = o.add(new Mean(axes, true), o.add(new Square(), centred));
        String inverse =
                o.add(
                        new Div(Activation.NONE),
                        o.scalar(1f),
                        o.add(
                                new Sqrt(),
                                o.add(new Add(Activation.NONE), variance, o.scalar(epsilon))));
        if (outputs) {
            o.alias(1, mean);
            o.alias(2, inverse);
        }
        return o.add(new Mul(Activation.NONE), centred, inverse);
    }

    static void layerNormalization(OnnxNode o) {
        int rank = o.rank(0);
        int axis = o.axis(o.integer("axis", -1), rank);
        float epsilon = o.real("epsilon", 1e-5f);
        String offset = o.inputOrAbsent(2);
        if (axis == rank - 1 && emitNormalized(o, o.input(0), o.input(1), offset, epsilon)) {
            return;
        }
        Ints axes = Ints.of(IntStream.range(axis, rank).toArray());
        String y = normalized(o, o.input(0), axes, epsilon, true);
        String scaled = o.add(new Mul(Activation.NONE), y, o.input(1));
        if (o.has(2)) {
            o.emit(new Add(Activation.NONE), scaled, o.input(2));
        } else {
            o.alias(0, scaled);
        }
    }

    /**
     * Emits normalized vectors along the last axis; false if scale and offset are no vectors of a
     * known size, or if more outputs are wanted.
     */
    static boolean emitNormalized(
            OnnxNode o, String x, String scale, String offset, float epsilon) {
        Shape shape = o.shape(x);
        TensorType type = o.type(scale);
        boolean vector =
                type.dtype() == DType.F32
                        && type.shape().rank() == 1
                        && type.shape().isStatic()
                        && type.shape().word(0).equals(shape.word(shape.rank() - 1));
        if (!vector
                || o.wants(1)
                || o.wants(2)
                || !offset.isEmpty() && !o.type(offset).equals(type)) {
            return false;
        }
        String added = offset.isEmpty() ? o.constant(Tensor.zeros(type)) : offset;
        o.emit(new LayerNormalization(epsilon), x, scale, added);
        return true;
    }

    static void groupNormalization(OnnxNode o) {
        int rank = o.rank(0);
        int groups = o.integer("num_groups");
        Shape x = o.shape(0);
        if (x.isSymbolic(1)) {
            throw o.unsupported("the number of channels must be known");
        }
        int[] split = new int[rank + 1];
        for (int i = 0; i < rank; i++) {
            split[i == 0 ? 0 : i + 1] = -1 - i;
        }
        split[1] = groups;
        split[2] = x.dim(1) / groups;
        String parts = o.reshape(o.input(0), split);
        Ints axes = Ints.of(IntStream.range(2, rank + 1).toArray());
        String y = normalized(o, parts, axes, o.real("epsilon", 1e-5f), false);
        int[] joined = IntStream.range(0, rank).map(i -> i == 0 ? -1 : -2 - i).toArray();
        joined[1] = x.dim(1);
        String whole = o.reshape(y, joined);
        boolean perGroup = o.opset() < 21;
        affine(
                o,
                whole,
                perChannel(o, perGroup ? repeated(o, o.input(1), x.dim(1)) : o.input(1), rank),
                perChannel(o, perGroup ? repeated(o, o.input(2), x.dim(1)) : o.input(2), rank));
    }

    /** Each number of a list as often as makes so many. */
    private static String repeated(OnnxNode o, String list, int size) {
        int n = o.shape(list).dim(0);
        String column = o.reshape(list, n, 1);
        String wide = o.add(new Tile(Ints.of(1, size / n)), column);
        return o.reshape(wide, size);
    }

    static void rmsNormalization(OnnxNode o) {
        int rank = o.rank(0);
        int axis = o.axis(o.integer("axis", -1), rank);
        Ints axes = Ints.of(IntStream.range(axis, rank).toArray());
        float epsilon = o.real("epsilon", 1e-5f);
        o.emit(
                new Mul(Activation.NONE),
                overRootMeanSquare(o, o.input(0), axes, epsilon),
                o.input(1));
    }

    /** {@code x / sqrt(mean(x^2) + epsilon)}. */
    static String overRootMeanSquare(OnnxNode o, String x, Ints axes, float epsilon) {
        String mean = o.add(new Mean(axes, true), o.add(new Square(), x));
        String sum = o.add(new Add(Activation.NONE), mean, o.scalar(epsilon));
        return o.add(new Mul(Activation.NONE), x, o.add(new Rsqrt(), sum));
    }

    static void meanVarianceNormalization(OnnxNode o) {
        int rank = o.rank(0);
        int[] axes = o.ints("axes", 0, 2, 3);
        for (int i = 0; i < axes.length; i++) {
            axes[i] = o.axis(axes[i], rank);
        }
        Ints all = Ints.of(Arrays.stream(axes).sorted().toArray());
        String mean = o.add(new Mean(all, true), o.input(0));
        String centred = o.add(new Sub(Activation.NONE), o.input(0), mean);
        String variance = o.add(new Mean(all, true), o.add(new Square(), centred));
        String deviation =
                o.add(new Sqrt(), o.add(new Add(Activation.NONE), variance, o.scalar(1e-9f)));
        o.emit(new Div(Activation.NONE), centred, deviation);
    }

    static void lrn(OnnxNode o) {
        int size = o.integer("size");
        if (size % 2 == 0) {
            throw o.unsupported("an even number of neighbours is not there");
        }
        float alpha = o.real("alpha", 1e-4f) / size;
        Op op =
                new LocalResponseNormalization(
                        size / 2, o.real("bias", 1f), alpha, o.real("beta", 0.75f));
        int rank = o.rank(0);
        String last = o.add(new Transpose(NnReaders.toLast(rank)), o.input(0));
        o.emit(new Transpose(NnReaders.toFirst(rank)), o.add(op, last));
    }
}
