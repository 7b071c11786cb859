package quern.runtime.kernel;

import quern.fixedpoint.Quantization;
import quern.fixedpoint.Rescale;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/** Makes the kernels between real numbers and codes. */
final class QuantizeKernels {
    private static final String CODES = "its codes are packed or unsigned with 16 bits";

    private QuantizeKernels() {}

    static Kernel quantize(Quantize op, Preparation p) {
        TensorType type = p.output().type();
        if (type.dtype() == DType.S16) {
            return quantize16(p);
        }
        if (!Codes.fits(type)) {
            return p.reference(CODES);
        }
        Operand x = p.input(0);
        Operand y = p.output();
        RealToCode toCode = RealToCode.of(p.node(), type);
        if (!p.node().rounding().isFixedPoint()) {
            return quantizeEven(toCode, p);
        }
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

    private static Kernel quantizeEven(RealToCode c, Preparation p) {
        Operand x = p.input(0);
        Operand y = p.output();
        Microkernels micro = p.micro();
        return new MapKernel(
                "quantizeF32" + y.type().dtype(),
                y.elements(),
                (arena, start, n) ->
                        micro.quantizeF32S8(
                                x.floats(arena),
                                x.offset(arena) + start,
                                c.scale(),
                                c.zero(),
                                c.min(),
                                c.max(),
                                y.bytes(arena),
                                y.offset(arena) + start,
                                n));
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
                "requantize" + x.type().dtype() + y.type().dtype(),
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
            return p.reference(
                    "its codes are packed or unsigned with 16 bits, or have several scales");
        }
        float[] table = CodeTables.bytes(p).floats();
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
            return p.reference(CODES);
        }
        if (!Codes.fits(p.type(0)) || !Codes.fits(out)) {
            return requantizeWide(p);
        }
        return CodeTables.lookup("requantize", p);
    }
}
