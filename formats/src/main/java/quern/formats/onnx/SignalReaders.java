package quern.formats.onnx;

import java.util.Optional;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.math.Mul;
import quern.op.nn.FullyConnected;
import quern.op.shape.Gather;
import quern.op.shape.Pad;
import quern.op.shape.Transpose;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Windows and Fourier transforms of known sizes: constants, and products with constant matrices.
 */
final class SignalReaders {
    private static final int MOST = 1 << 13;

    private SignalReaders() {}

    /**
     * A window: a sum of cosines.
     *
     * @param factors of the cosine of each multiple of the angle
     */
    static OnnxOps.Reader window(double... factors) {
        return o -> {
            int size = size(o, 0, "size");
            int period = o.flag("periodic", true) ? size : size - 1;
            Tensor t = Tensor.zeros(TensorType.f32(size));
            for (int i = 0; i < size; i++) {
                double sum = 0;
                for (int k = 0; k < factors.length; k++) {
                    double angle = 2 * Math.PI * k * i / Math.max(1, period);
                    sum += factors[k] * StrictMath.cos(angle);
                }
                t.setReal(i, (float) sum);
            }
            emit(o, t);
        };
    }

    private static void emit(OnnxNode o, Tensor t) {
        DType to = DataTypes.of(o.integer("output_datatype", 1));
        if (to == DType.F32 || DataTypes.isOtherReal(to)) {
            o.emitConstant(t);
        } else {
            ShapeReaders.emitCast(o, to, o.constant(t));
        }
    }

    private static int size(OnnxNode o, int i, String what) {
        int[] n = o.integers(i, what);
        if (n.length != 1 || n[0] < 0 || n[0] > 1 << 24) {
            throw o.error(what + " must be one number from 0 to " + (1 << 24));
        }
        return n[0];
    }

    /** Bins of a spectrum to bands that overlap in triangles, on the mel scale. */
    static void melWeightMatrix(OnnxNode o) {
        int bands = size(o, 0, "num_mel_bins");
        int length = size(o, 1, "dft_length");
        int rate = size(o, 2, "sample_rate");
        double low = mel(o.scalar(3, "lower_edge_hertz"));
        double high = mel(o.scalar(4, "upper_edge_hertz"));
        int bins = length / 2 + 1;
        int[] edges = new int[bands + 2];
        for (int i = 0; i < edges.length; i++) {
            double m = low + i * ((high - low) / edges.length);
            double hertz = 700 * (StrictMath.pow(10, m / 2595) - 1);
            edges[i] = (int) Math.floor((length + 1) * hertz / rate);
        }
        if ((long) bins * bands > 1 << 26) {
            throw o.unsupported("the matrix is very large");
        }
        Tensor t = Tensor.zeros(TensorType.f32(bins, bands));
        for (int b = 0; b < bands; b++) {
            int from = edges[b];
            int middle = edges[b + 1];
            int to = edges[b + 2];
            for (int i = Math.max(0, from); i <= to && i < bins; i++) {
                double v = 0;
                if (i <= middle) {
                    v =
                            middle == from
                                    ? (i == middle ? 1 : 0)
                                    : (double) (i - from) / (middle - from);
                } else if (i < to) {
                    v = (double) (to - i) / (to - middle);
                }
                t.setReal(i * bands + b, (float) v);
            }
        }
        emit(o, t);
    }

    private static double mel(double hertz) {
        return 2595 * StrictMath.log10(1 + hertz / 700);
    }

    /** Opset 17 to 19 have the axis as an attribute, later ones as input 2. */
    static void dft(OnnxNode o) {
        String x = o.input(0);
        int rank = o.shape(x).rank();
        int along =
                o.opset() >= 20 ? (o.has(2) ? o.integers(2, "axis")[0] : -2) : o.integer("axis", 1);
        int axis = o.axis(along, rank);
        if (axis == rank - 1 || rank < 2) {
            throw o.error("the last axis holds real and imaginary parts");
        }
        boolean inverse = o.flag("inverse", false);
        boolean half = o.flag("onesided", false);
        int[] order =
                IntStream.range(0, rank)
                        .map(i -> i < axis ? i : i < rank - 2 ? i + 1 : i == rank - 2 ? axis : i)
                        .toArray();
        int[] back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[order[i]] = i;
        }
        String last = o.add(new Transpose(Ints.of(order)), x);
        int length = known(o, last, rank - 2);
        if (o.has(1)) {
            int wanted = size(o, 1, "dft_length");
            last = resized(o, last, rank - 2, length, wanted);
            length = wanted;
        }
        String y = transformed(o, last, length, inverse, half);
        o.emit(new Transpose(Ints.of(back)), y);
    }

    private static int known(OnnxNode o, String x, int axis) {
        if (o.shape(x).isSymbolic(axis)) {
            throw o.unsupported("the length must be known");
        }
        return o.shape(x).dim(axis);
    }

    /** Cut or filled with zeros. */
    private static String resized(OnnxNode o, String x, int axis, int from, int to) {
        if (to <= from) {
            return NnReaders.at(o, x, axis, 0, 1, to);
        }
        int rank = o.shape(x).rank();
        int[] after = new int[rank];
        after[axis] = to - from;
        return o.add(new Pad(Ints.of(new int[rank]), Ints.of(after), 0f), x);
    }

    /** The transform of [..., n, 1 or 2] along the axis before the last, [..., bins, 2]. */
    private static String transformed(OnnxNode o, String x, int n, boolean inverse, boolean half) {
        Shape s = o.shape(x);
        int parts = known(o, x, s.rank() - 1);
        int bins = half ? n / 2 + 1 : n;
        if (n < 1 || n > MOST || parts > 2) {
            throw o.unsupported("it transforms 1 to " + MOST + " real or complex numbers");
        }
        Tensor w = Tensor.zeros(TensorType.f32(2 * bins, n * parts));
        double sign = inverse ? 1 : -1;
        double factor = inverse ? 1.0 / n : 1;
        for (int k = 0; k < bins; k++) {
            for (int i = 0; i < n; i++) {
                double angle = sign * 2 * Math.PI * ((long) k * i % n) / n;
                float c = (float) (factor * StrictMath.cos(angle));
                float d = (float) (factor * StrictMath.sin(angle));
                int real = 2 * k * n * parts + i * parts;
                int imaginary = real + n * parts;
                w.setReal(real, c);
                w.setReal(imaginary, d);
                if (parts == 2) {
                    w.setReal(real + 1, -d);
                    w.setReal(imaginary + 1, c);
                }
            }
        }
        int rank = s.rank();
        int[] flat = IntStream.range(0, rank - 1).map(i -> -1 - i).toArray();
        flat[rank - 2] = n * parts;
        String rows = o.reshape(x, flat);
        String y = o.add(new FullyConnected(true, Activation.NONE), rows, o.constant(w));
        int[] dims = IntStream.range(0, rank).map(i -> -1 - i).toArray();
        dims[rank - 2] = bins;
        dims[rank - 1] = 2;
        return o.reshape(y, dims);
    }

    static void stft(OnnxNode o) {
        String x = o.input(0);
        Shape s = o.shape(x);
        int step = size(o, 1, "frame_step");
        int length = o.has(3) ? size(o, 3, "frame_length") : known(o, o.input(2), 0);
        int samples = known(o, x, 1);
        if (step < 1 || length < 1 || length > samples) {
            throw o.error("frames of " + length + " at steps of " + step + " do not fit");
        }
        String signal = s.rank() == 2 ? o.reshape(x, -1, -2, 1) : x;
        int frames = (samples - length) / step + 1;
        int[] at = new int[Math.multiplyExact(frames, length)];
        for (int i = 0; i < at.length; i++) {
            at[i] = i / length * step + i % length;
        }
        String index = o.reshape(o.list(at), frames, length);
        String parts = o.add(new Gather(1, 0), signal, index);
        Optional<String> window = o.has(2) ? Optional.of(o.input(2)) : Optional.empty();
        if (window.isPresent()) {
            String column = o.reshape(window.get(), length, 1);
            parts = o.add(new Mul(Activation.NONE), parts, column);
        }
        boolean half = o.flag("onesided", true);
        o.alias(0, transformed(o, parts, length, false, half));
    }
}
