package quern.cli.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Random models of one quantized operator, once as an operator on codes and once between Dequantize
 * and Quantize, with inputs for them. Scales are powers of two half of the time, so that results
 * are ties.
 */
final class QuantizedCase {
    private static final boolean VNNI = hasVnni();

    final OnnxModel model = new OnnxModel();
    final List<Tensor> inputs = new ArrayList<>();
    private final Random random;
    private final DType codes;
    private final boolean qdq;
    private final boolean powers;

    QuantizedCase(String operator, DType codes, boolean qdq, long seed) {
        this.random = new Random(seed * 31 + operator.hashCode());
        this.codes = codes;
        this.qdq = qdq;
        this.powers = random.nextBoolean();
        make(operator);
    }

    private static boolean hasVnni() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo")).contains("vnni");
        } catch (IOException e) {
            return false;
        }
    }

    private int upTo(int n) {
        return 1 + random.nextInt(n);
    }

    private float scale() {
        return powers
                ? (float) Math.scalb(1.0, -2 - random.nextInt(5))
                : 0.01f + 0.1f * random.nextFloat();
    }

    private int zero() {
        return (int) codes.min(8) + random.nextInt(256);
    }

    /** The scale and zero point of a value, as constants. */
    private void parameters(String name, float scale, DType dtype, int zero) {
        model.scalar(name + "_s", scale).zero(name + "_z", dtype, zero);
    }

    private Tensor random(DType dtype, int low, int high, int... dims) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of(dims)));
        for (int i = 0; i < t.elements(); i++) {
            t.setInteger(i, low + random.nextInt(high - low + 1));
        }
        return t;
    }

    /** An input of codes; the name of what the operator reads. */
    private String input(String name, int... dims) {
        return input(name, scale(), zero(), dims);
    }

    private String input(String name, float scale, int zero, int... dims) {
        model.input(name, codes, dims);
        inputs.add(random(codes, (int) codes.min(8), (int) codes.max(8), dims));
        parameters(name, scale, codes, zero);
        return dequantized(name);
    }

    private String dequantized(String name) {
        String all = name + " " + name + "_s " + name + "_z";
        if (!qdq) {
            return all;
        }
        model.node("DequantizeLinear", all, name + "_d");
        return name + "_d";
    }

    /** Constant weights with a scale, or one a channel along an axis. */
    private String weights(String name, boolean perChannel, int axis, int... dims) {
        DType dtype = random.nextInt(3) > 0 || codes == DType.S8 ? DType.S8 : DType.U8;
        boolean unsigned = dtype == DType.U8;
        int limit = VNNI || unsigned ? 127 : 63;
        int low = unsigned ? 0 : -limit;
        model.constant(name, random(dtype, low, unsigned ? 255 : limit, dims));
        int n = perChannel ? dims[axis] : 1;
        Shape each = perChannel ? Shape.of(n) : Shape.of();
        Tensor s = Tensor.zeros(TensorType.of(DType.F32, each));
        Tensor z = Tensor.zeros(TensorType.of(dtype, each));
        int zero = unsigned ? 100 + random.nextInt(56) : 0;
        for (int i = 0; i < n; i++) {
            s.setReal(i, scale());
            z.setInteger(i, zero);
        }
        model.constant(name + "_s", s).constant(name + "_z", z);
        String all = name + " " + name + "_s " + name + "_z";
        if (!qdq) {
            return all;
        }
        if (perChannel) {
            model.node("DequantizeLinear", all, name + "_d", "axis", axis);
        } else {
            model.node("DequantizeLinear", all, name + "_d");
        }
        this.weightScales = s;
        return name + "_d";
    }

    private Tensor weightScales;

    private String bias(float scale, int n) {
        Tensor b = random(DType.S32, -2000, 2000, n);
        model.constant("b", b);
        if (!qdq) {
            return "b";
        }
        Tensor s = Tensor.zeros(TensorType.of(DType.F32, weightScales.shape()));
        for (int i = 0; i < s.elements(); i++) {
            s.setReal(i, scale * weightScales.real(i));
        }
        model.constant("b_s", s);
        if (s.shape().rank() == 0) {
            model.node("DequantizeLinear", "b b_s", "b_d");
        } else {
            model.node("DequantizeLinear", "b b_s", "b_d", "axis", 0);
        }
        return "b_d";
    }

    /** The node, on codes or between Dequantize and Quantize; the output has this scale. */
    private void output(
            String onCodes,
            String real,
            String inputs,
            float scale,
            int zero,
            int[] dims,
            Object... attributes) {
        parameters("y", scale, codes, zero);
        if (qdq) {
            model.node(real, inputs, "y_r", attributes);
            model.node("QuantizeLinear", "y_r y_s y_z", "y");
        } else {
            boolean own = onCodes.equals("QLinearConv") || onCodes.equals("QLinearMatMul");
            model.nodeOf(own ? "" : OnnxModel.MICROSOFT, onCodes, inputs, "y", attributes);
        }
        model.output("y", codes, dims);
    }

    private String behind(String inputs) {
        return qdq ? inputs : inputs + " y_s y_z";
    }

    private void make(String operator) {
        switch (operator) {
            case "Conv", "ConvPerChannel", "Depthwise" -> conv(operator);
            case "MatMul", "MatMulPerChannel" -> matMul(operator.endsWith("l"));
            case "BatchMatMul" -> {
                int m = upTo(6);
                int k = upTo(40);
                int n = upTo(6);
                String a = input("a", 2, m, k);
                String b = input("b", 2, k, n);
                output(
                        "QLinearMatMul",
                        "MatMul",
                        behind(a + " " + b),
                        0.6f,
                        zero(),
                        new int[] {2, m, n});
            }
            case "Gemm", "GemmPerChannel" -> gemm(operator.endsWith("l"));
            case "Add", "Mul" -> {
                int[] dims = {upTo(3), upTo(5), upTo(40)};
                String all =
                        input("a", dims)
                                + " "
                                + input("b", random.nextBoolean() ? dims : new int[] {dims[2]});
                output("QLinear" + operator, operator, behind(all), scale(), zero(), dims);
            }
            case "Sigmoid" -> {
                String x = input("x", 3, 100);
                output(
                        "QLinearSigmoid",
                        "Sigmoid",
                        behind(x),
                        1 / 256f,
                        zero(),
                        new int[] {3, 100});
            }
            case "LeakyRelu" -> {
                String x = input("x", 3, 100);
                output(
                        "QLinearLeakyRelu",
                        "LeakyRelu",
                        behind(x),
                        scale(),
                        zero(),
                        new int[] {3, 100},
                        "alpha",
                        0.1f);
            }
            case "Softmax" -> {
                String x = input("x", 3, 30);
                int zero = (int) codes.min(8);
                float out = random.nextBoolean() ? 1 / 256f : 0.003f + 0.002f * random.nextFloat();
                if (qdq) {
                    output("", "Softmax", x, out, zero, new int[] {3, 30}, "axis", 1);
                } else {
                    output(
                            "QLinearSoftmax",
                            "",
                            behind(x),
                            out,
                            zero,
                            new int[] {3, 30},
                            "axis",
                            1,
                            "opset",
                            13);
                }
            }
            case "AveragePool" -> {
                String x = input("x", 1, upTo(5), 9, 8);
                int c = inputs.get(0).shape().dim(1);
                output(
                        "QLinearAveragePool",
                        "AveragePool",
                        behind(x),
                        scale(),
                        zero(),
                        new int[] {1, c, 4, 4},
                        "kernel_shape",
                        new int[] {3, 2},
                        "strides",
                        new int[] {2, 2});
            }
            case "GlobalAveragePool" -> {
                int c = upTo(9);
                String x = input("x", 2, c, upTo(7), 5);
                output(
                        "QLinearGlobalAveragePool",
                        "GlobalAveragePool",
                        behind(x),
                        scale(),
                        zero(),
                        new int[] {2, c, 1, 1});
            }
            case "Concat" -> concat();
            default -> throw new AssertionError(operator);
        }
    }

    private void conv(String operator) {
        boolean depthwise = operator.equals("Depthwise");
        int in = depthwise ? upTo(9) : upTo(20);
        int out = depthwise ? in : upTo(20);
        int k = random.nextBoolean() ? 3 : 1;
        int h = 3 + random.nextInt(6);
        float sx = scale();
        String x = input("x", sx, zero(), 1, in, h, h);
        String w = weights("w", !operator.equals("Conv"), 0, out, depthwise ? 1 : in, k, k);
        String all = behind(x + " " + w);
        if (random.nextInt(3) > 0) {
            all += " " + bias(sx, out);
        }
        int pad = k / 2;
        output(
                "QLinearConv",
                "Conv",
                all,
                powers ? 1f : 0.7f,
                zero(),
                new int[] {1, out, h, h},
                "kernel_shape",
                new int[] {k, k},
                "pads",
                new int[] {pad, pad, pad, pad},
                "group",
                depthwise ? in : 1);
    }

    private void matMul(boolean perChannel) {
        int m = upTo(9);
        int k = upTo(70);
        int n = upTo(20);
        String a = input("a", m, k);
        String w = weights("w", perChannel, 1, k, n);
        output(
                "QLinearMatMul",
                "MatMul",
                behind(a + " " + w),
                powers ? 0.5f : 0.6f,
                zero(),
                new int[] {m, n});
    }

    private void gemm(boolean perChannel) {
        int m = upTo(9);
        int k = upTo(70);
        int n = upTo(20);
        float sx = scale();
        String a = input("a", sx, zero(), m, k);
        String w = weights("w", perChannel, 0, n, k);
        String all = a + " " + w + " " + bias(sx, n);
        output(
                "QGemm",
                "Gemm",
                behind(all),
                powers ? 0.5f : 0.6f,
                zero(),
                new int[] {m, n},
                "transB",
                1);
    }

    private void concat() {
        String a = input("a", 2, 3, 5);
        String b = input("b", 2, 4, 5);
        parameters("y", scale(), codes, zero());
        int[] dims = {2, 7, 5};
        if (qdq) {
            model.node("Concat", a + " " + b, "y_r", "axis", 1);
            model.node("QuantizeLinear", "y_r y_s y_z", "y");
        } else {
            model.nodeOf(
                    OnnxModel.MICROSOFT, "QLinearConcat", "y_s y_z " + a + " " + b, "y", "axis", 1);
        }
        model.output("y", codes, dims);
    }
}
