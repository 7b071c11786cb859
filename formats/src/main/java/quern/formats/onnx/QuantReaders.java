package quern.formats.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import quern.op.Activation;
import quern.op.Op;
import quern.op.math.Add;
import quern.op.math.Div;
import quern.op.math.Maximum;
import quern.op.math.Minimum;
import quern.op.math.Mul;
import quern.op.math.Round;
import quern.op.math.Sub;
import quern.op.quantize.Cast;
import quern.op.quantize.Dequantize;
import quern.op.quantize.DynamicQuantize;
import quern.op.quantize.Quantize;
import quern.op.shape.Gather;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * Between real numbers and codes. Scales that are constant, positive and finite become part of
 * types; others are computed with.
 */
final class QuantReaders {
    private QuantReaders() {}

    static void quantize(OnnxNode o) {
        String x = o.input(0);
        if (o.type(x).dtype() != DType.F32) {
            x = o.add(new Cast(DType.F32), x);
        }
        DType to = DType.U8;
        if (o.has(2)) {
            to = o.type(2).dtype();
        } else if (o.integer("output_dtype", 0) != 0) {
            to = DataTypes.of(o.integer("output_dtype"));
        }
        Optional<Quant> quant = quant(o, to, 1, 2, o.shape(0).rank());
        if (quant.isPresent() && quant.get() instanceof Quant.PerTensor) {
            o.emitAs(new TensorType(to, Shape.of(), quant.get()), new Quantize(), List.of(x));
            return;
        }
        if (to.isPacked()) {
            throw o.unsupported("codes of 4 bits need one constant scale");
        }
        String scale = spread(o, o.input(1), x);
        String steps = o.add(new Div(Activation.NONE), x, scale);
        String zero =
                o.has(2) ? spread(o, o.add(new Cast(DType.F32), o.input(2)), x) : o.scalar(0f);
        int bits = to.bits();
        String low = o.add(new Sub(Activation.NONE), o.scalar(to.min(bits)), zero);
        String high = o.add(new Sub(Activation.NONE), o.scalar(to.max(bits)), zero);
        String above = o.add(new Maximum(), steps, low);
        String whole = o.add(new Round(), o.add(new Minimum(), above, high));
        o.emit(new Cast(to), o.add(new Add(Activation.NONE), whole, zero));
    }

    static void dequantize(OnnxNode o) {
        String x = o.coded(0);
        DType from = o.type(x).dtype();
        Optional<Quant> quant = quant(o, from, 1, 2, o.shape(x).rank());
        boolean one = quant.isPresent() && quant.get() instanceof Quant.PerTensor;
        if (one || quant.isPresent() && o.constant(0).isPresent()) {
            String codes = o.retyped(x, quant.get());
            o.emit(new Dequantize(), codes);
            return;
        }
        if (from.isPacked()) {
            throw o.unsupported("codes of 4 bits and their scales must be constant");
        }
        String real = o.add(new Cast(DType.F32), o.input(0));
        if (o.has(2)) {
            String zero = spread(o, o.add(new Cast(DType.F32), o.input(2)), x);
            real = o.add(new Sub(Activation.NONE), real, zero);
        }
        o.emit(new Mul(Activation.NONE), real, spread(o, o.input(1), x));
    }

    static void dynamic(OnnxNode o) {
        List<String> made = o.add(new DynamicQuantize(), 3, List.of(o.input(0)));
        for (int i = 0; i < 3; i++) {
            o.alias(i, made.get(i));
        }
    }

    /**
     * The quantization that a constant scale and zero point are; empty if they are not constant or
     * no scale can be such a number.
     *
     * @param codes element type of what is quantized
     * @param scale input with one scale, one a channel, or one a block
     * @param zero input with the zero points; none if it is not given
     * @param rank of what is quantized
     */
    static Optional<Quant> quant(OnnxNode o, DType codes, int scale, int zero, int rank) {
        Optional<Tensor> s = o.constant(scale);
        Optional<Tensor> z = o.constant(zero);
        if (s.isEmpty() || o.has(zero) && z.isEmpty()) {
            return Optional.empty();
        }
        float[] scales = new float[s.get().elements()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = s.get().real(i);
            if (!(scales[i] > 0 && scales[i] <= Float.MAX_VALUE)) {
                return Optional.empty();
            }
        }
        int[] zeros = z.map(OnnxNode::integers).orElse(new int[scales.length]);
        if (zeros.length != scales.length) {
            throw o.error(zeros.length + " zero points do not fit " + scales.length + " scales");
        }
        int bits = codes.bits();
        if (Arrays.stream(zeros).anyMatch(k -> k < codes.min(bits) || k > codes.max(bits))) {
            throw o.error("a zero point is outside of " + codes);
        }
        if (s.get().shape().rank() == 0 || scales.length == 1 && s.get().shape().rank() == 1) {
            return Optional.of(new Quant.PerTensor(scales[0], zeros[0], bits));
        }
        int axis = o.axis(o.integer("axis", rank == 1 ? 0 : 1), rank);
        int block = o.integer("block_size", 0);
        if (s.get().shape().rank() > 1) {
            return block == 0
                    ? Optional.empty()
                    : Optional.of(
                            new Quant.PerBlock(
                                    axis, block, Floats.of(scales), Ints.of(zeros), bits));
        }
        return Optional.of(new Quant.PerChannel(axis, Floats.of(scales), Ints.of(zeros), bits));
    }

    /** Scales or zero points in a shape that broadcasts with what they belong to. */
    private static String spread(OnnxNode o, String numbers, String x) {
        int rank = o.shape(x).rank();
        Shape s = o.shape(numbers);
        if (s.rank() == 0) {
            return numbers;
        }
        if (s.rank() == 1 && !s.isSymbolic(0) && s.dim(0) == 1) {
            return o.reshape(numbers);
        }
        int axis = o.axis(o.integer("axis", 1), rank);
        if (s.rank() == 1) {
            int[] dims = IntStream.range(0, rank).map(i -> i == axis ? -1 : 1).toArray();
            return o.reshape(numbers, dims);
        }
        int block = o.integer("block_size");
        if (s.rank() != rank || block < 1 || o.shape(x).isSymbolic(axis)) {
            throw o.unsupported("blocks need a scale for each, and a size that is known");
        }
        int[] at = IntStream.range(0, o.shape(x).dim(axis)).map(i -> i / block).toArray();
        return o.add(new Gather(axis, 0), numbers, o.list(at));
    }

    /** Codes of a type that inputs of the node say, with one constant scale. */
    static TensorType type(OnnxNode o, DType dtype, int scale, int zero) {
        Quant quant =
                quant(o, dtype, scale, zero, 1)
                        .filter(q -> q instanceof Quant.PerTensor)
                        .orElseThrow(
                                () ->
                                        o.unsupported(
                                                "scale (input "
                                                        + scale
                                                        + ") and zero point must be constant,"
                                                        + " one number each, the scale positive"));
        return new TensorType(dtype, Shape.of(), quant);
    }

    /** An input as the codes that other inputs of the node say. */
    static String codes(OnnxNode o, int i, int scale, int zero) {
        return o.retyped(o.coded(i), type(o, o.type(i).dtype(), scale, zero).quant());
    }

    /** The output's type; its element type is that of its zero point, else of input 0. */
    static TensorType output(OnnxNode o, int scale, int zero) {
        return type(o, o.has(zero) ? o.type(zero).dtype() : o.type(0).dtype(), scale, zero);
    }

    /** One operand: x, its scale and zero point; then scale and zero point of the output. */
    static OnnxOps.Reader unary(Function<OnnxNode, Op> op) {
        return o -> o.emitAs(output(o, 3, 4), op.apply(o), List.of(codes(o, 0, 1, 2)));
    }

    /** Two operands, each with scale and zero point; then those of the output. */
    static OnnxOps.Reader binary(Op op) {
        return o -> o.emitAs(output(o, 6, 7), op, List.of(codes(o, 0, 1, 2), codes(o, 3, 4, 5)));
    }
}
