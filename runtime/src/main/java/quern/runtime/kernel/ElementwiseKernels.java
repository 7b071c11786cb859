package quern.runtime.kernel;

import java.util.List;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.Rescale;
import quern.numeric.Tanhf;
import quern.op.Activation;
import quern.op.UnaryMath;
import quern.op.activation.HardSwish;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.activation.Tanh;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.reference.KernelContext;
import quern.reference.NodeRescale;
import quern.reference.ReferenceKernels;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Makes the kernels of functions of one element. Functions of one 8-bit code become tables that the
 * reference kernel fills.
 */
final class ElementwiseKernels {
    private ElementwiseKernels() {}

    static Kernel relu(Relu op, Preparation p) {
        return isReal(p) ? clamp("reluF32", p, Activation.RELU) : lookup("relu", p);
    }

    static Kernel relu6(Relu6 op, Preparation p) {
        return isReal(p) ? clamp("relu6F32", p, Activation.RELU6) : lookup("relu6", p);
    }

    static Kernel logistic(Logistic op, Preparation p) {
        if (!isReal(p)) {
            return lookup("logistic", p);
        }
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                "logisticF32",
                y.elements(),
                (arena, start, n) ->
                        micro.sigmoidF32(
                                x.floats(arena),
                                x.offset(arena) + start,
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }

    static Kernel tanh(Tanh op, Preparation p) {
        return isReal(p) ? map("tanhF32", p, Tanhf::tanh) : lookup("tanh", p);
    }

    static Kernel unary(UnaryMath op, Preparation p) {
        String name = op.getClass().getSimpleName();
        name = Character.toLowerCase(name.charAt(0)) + name.substring(1);
        DType in = p.type(0).dtype();
        if (isReal(p)) {
            return map(name + "F32", p, op::apply);
        } else if (in == DType.S32 || in == DType.S64) {
            return IntegerKernels.unary(name + in, p, op);
        } else if (in == DType.S16) {
            return lookup16(named(name, p, p.output().type()), p);
        }
        return lookup(name, p);
    }

    static Kernel leakyRelu(LeakyRelu op, Preparation p) {
        float alpha = op.alpha();
        return isReal(p)
                ? map("leakyReluF32", p, v -> v >= 0 ? v : v * alpha)
                : lookup("leakyRelu", p);
    }

    static Kernel hardSwish(HardSwish op, Preparation p) {
        return isReal(p)
                ? map("hardSwishF32", p, v -> v * (Activation.RELU6.apply(v + 3) / 6))
                : lookup("hardSwish", p);
    }

    /** A function of a real number. */
    @FunctionalInterface
    private interface RealFunction {
        float apply(float x);
    }

    private static Kernel map(String name, Preparation p, RealFunction f) {
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) -> {
                    float[] in = x.floats(arena);
                    float[] out = y.floats(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = f.apply(in[from + i]);
                    }
                });
    }

    static Kernel quantize(Quantize op, Preparation p) {
        TensorType type = p.output().type();
        if (type.dtype() == DType.S16) {
            return quantize16(p);
        }
        if (!Codes.fits(type)) {
            return p.reference("its codes are not 8 bits wide");
        }
        Operand x = p.input(0);
        Operand y = p.output();
        RealToCode toCode = RealToCode.of(p.node(), type);
        return new MapKernel(
                "quantizeF32" + type.dtype(),
                y.elements(),
                (arena, start, n) -> {
                    float[] in = x.floats(arena);
                    byte[] out = y.bytes(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = (byte) toCode.apply(in[from + i]);
                    }
                });
    }

    private static Kernel quantize16(Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        RealToCode toCode = RealToCode.of(p.node(), y.type());
        return new MapKernel(
                "quantizeF32S16",
                y.elements(),
                (arena, start, n) -> {
                    float[] in = x.floats(arena);
                    short[] out = y.shorts(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = (short) toCode.apply(in[from + i]);
                    }
                });
    }

    private static Kernel dequantize16(Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        float scale = x.type().scale(0);
        int zero = x.type().zeroPoint(0);
        return new MapKernel(
                "dequantizeS16F32",
                y.elements(),
                (arena, start, n) -> {
                    short[] in = x.shorts(arena);
                    float[] out = y.floats(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = Quantization.dequantize(in[from + i], scale, zero);
                    }
                });
    }

    /** From or to codes of 16 or 32 bits. */
    private static Kernel requantizeWide(Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        Rescale rescale = NodeRescale.requantize(p.node(), x.type(), y.type());
        return new MapKernel(
                named("requantize", p, y.type()),
                y.elements(),
                (arena, start, n) -> {
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        int code = rescale.apply(code(x, arena, from + i));
                        put(y, arena, to + i, code);
                    }
                });
    }

    private static int code(Operand x, Arena arena, int at) {
        return switch (x.type().dtype()) {
            case S8 -> x.bytes(arena)[at];
            case U8 -> x.bytes(arena)[at] & 0xFF;
            case S16 -> x.shorts(arena)[at];
            default -> x.ints(arena)[at];
        };
    }

    private static void put(Operand y, Arena arena, int at, int code) {
        switch (y.type().dtype()) {
            case S8, U8 -> y.bytes(arena)[at] = (byte) code;
            case S16 -> y.shorts(arena)[at] = (short) code;
            default -> y.ints(arena)[at] = code;
        }
    }

    private static boolean isWhole(TensorType type) {
        return Codes.fits(type) || type.dtype() == DType.S16 || type.dtype() == DType.S32;
    }

    static Kernel dequantize(Dequantize op, Preparation p) {
        if (p.type(0).dtype() == DType.S16 && p.type(0).quant() instanceof Quant.PerTensor) {
            return dequantize16(p);
        }
        if (!Codes.fits(p.type(0))) {
            return p.reference("its codes are not 8 bits wide with one scale and zero point");
        }
        float[] table = table(p).floats();
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                "dequantize" + p.type(0).dtype() + "F32",
                y.elements(),
                (arena, start, n) ->
                        micro.lookupS8F32(
                                x.bytes(arena),
                                x.offset(arena) + start,
                                table,
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }

    static Kernel requantize(Requantize op, Preparation p) {
        TensorType out = p.output().type();
        if (!isWhole(p.type(0)) || !isWhole(out)) {
            return p.reference("its codes are packed or unsigned with 16 bits");
        }
        if (!Codes.fits(p.type(0)) || !Codes.fits(out)) {
            return requantizeWide(p);
        }
        return lookup("requantize", p);
    }

    private static Kernel clamp(String name, Preparation p, Activation activation) {
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) ->
                        micro.clampF32(
                                x.floats(arena),
                                x.offset(arena) + start,
                                activation.min(),
                                activation.max(),
                                y.floats(arena),
                                y.offset(arena) + start,
                                n));
    }

    private static Kernel lookup(String name, Preparation p) {
        if (p.type(0).dtype() == DType.S16) {
            return lookup16(named(name, p, p.output().type()), p);
        }
        byte[] table = table(p).bytes();
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                named(name, p, p.output().type()),
                y.elements(),
                (arena, start, n) ->
                        micro.lookupS8(
                                x.bytes(arena),
                                x.offset(arena) + start,
                                table,
                                y.bytes(arena),
                                y.offset(arena) + start,
                                n));
    }

    /** A table of all codes of 16 bits, indexed from the smallest. */
    private static Kernel lookup16(String name, Preparation p) {
        short[] all = new short[1 << 16];
        for (int i = 0; i < all.length; i++) {
            all[i] = (short) (i + Short.MIN_VALUE);
        }
        Shape shape = Shape.of(all.length);
        Tensor codes = Tensor.view(p.type(0).withShape(shape), all, 0);
        short[] table = computed(p, codes).shorts();
        Operand x = p.input(0);
        Operand y = p.output();
        return new MapKernel(
                name,
                y.elements(),
                (arena, start, n) -> {
                    short[] in = (short[]) x.array(arena);
                    short[] out = (short[]) y.array(arena);
                    int from = x.offset(arena) + start;
                    int to = y.offset(arena) + start;
                    for (int i = 0; i < n; i++) {
                        out[to + i] = table[in[from + i] - Short.MIN_VALUE];
                    }
                });
    }

    /** What the reference kernel of a one-input node makes of each byte. */
    private static Tensor table(Preparation p) {
        byte[] all = new byte[Codes.BYTES];
        for (int b = 0; b < all.length; b++) {
            all[b] = (byte) b;
        }
        return computed(p, Tensor.of(p.type(0).withShape(Shape.of(all.length)), all));
    }

    private static Tensor computed(Preparation p, Tensor x) {
        Tensor y = Tensor.zeros(p.output().type().withShape(x.shape()));
        ReferenceKernels.run(new KernelContext(p.node(), List.of(x), List.of(y)));
        return y;
    }

    private static boolean isReal(Preparation p) {
        return p.type(0).dtype() == DType.F32;
    }

    private static String named(String name, Preparation p, TensorType second) {
        return name + p.type(0).dtype() + second.dtype();
    }
}
