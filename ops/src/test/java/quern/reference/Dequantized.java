package quern.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import quern.cases.OpCase;
import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.RoundingMode;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.op.Activated;
import quern.op.Activation;
import quern.op.Op;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** A quantized case and what its operator makes of the same operands as real numbers. */
final class Dequantized {
    /** Half the distance from 1 to the next binary32 number: the largest relative error. */
    static final double U = 0x1p-24;

    /** Largest relative error of a multiplier whose mantissa is rounded to 31 bits. */
    static final double MANTISSA = 0x1p-31;

    private final OpCase c;
    private final Node node;

    Dequantized(OpCase c) {
        this.c = c;
        this.node = c.node();
    }

    Node node() {
        return node;
    }

    /** Operand {@code i}, an input or a constant. */
    Tensor operand(int i) {
        String name = node.inputs().get(i);
        for (int j = 0; j < c.inputs().size(); j++) {
            if (c.graph().inputs().get(j).name().equals(name)) {
                return c.inputs().get(j);
            }
        }
        return c.graph().constant(name).orElseThrow();
    }

    /** The codes that the node makes of these operands. */
    Tensor integer(List<Tensor> codes) {
        return run(node.op(), codes, node.output().type());
    }

    /** What the node's operator makes of these real operands. */
    Tensor real(List<Tensor> reals) {
        return run(node.op(), reals, float32(node.output().type()));
    }

    /** The same without an activation, of the operands without their signs. */
    Tensor magnitude(List<Tensor> reals) {
        Op plain = node.op() instanceof Activated a ? a.with(Activation.NONE) : node.op();
        List<Tensor> absolute = reals.stream().map(Dequantized::absolute).toList();
        return run(plain, absolute, float32(node.output().type()));
    }

    private Tensor run(Op op, List<Tensor> operands, TensorType type) {
        GraphBuilder b = new GraphBuilder("g").rounding(node.rounding());
        List<String> names = new ArrayList<>();
        for (Tensor t : operands) {
            names.add(b.input("v" + names.size(), t.type()));
        }
        b.output(b.add("y", op, names, type));
        return new ReferenceInterpreter(b.build()).run(operands).get(0);
    }

    private static TensorType float32(TensorType type) {
        return TensorType.f32(type.shape().toArray());
    }

    /** Every code as the nearest binary32 number. */
    static Tensor dequantized(Tensor codes) {
        Tensor t = Tensor.zeros(float32(codes.type()));
        for (int i = 0; i < t.elements(); i++) {
            int channel = codes.type().channels() == 1 ? 0 : Indexing.scale(codes.type(), i);
            double steps = codes.integer(i) - codes.type().zeroPoint(channel);
            t.setReal(i, (float) (codes.type().scale(channel) * steps));
        }
        return t;
    }

    private static Tensor absolute(Tensor t) {
        Tensor a = t.copy();
        for (int i = 0; i < a.elements(); i++) {
            a.setReal(i, Math.abs(a.real(i)));
        }
        return a;
    }

    /**
     * Largest distance in steps of the result that rounding causes when a number is multiplied by
     * about {@code factor}: half a step; in mode double the product is first rounded to {@code
     * 2^-r} steps, where {@code r} is the right shift.
     */
    double rounding(double factor) {
        if (node.rounding() != RoundingMode.DOUBLE) {
            return 0.5;
        }
        int right = Math.max(0, -Multiplier.of(factor, RoundingMode.DOUBLE).shift());
        return 0.5 + (right > 0 ? Math.scalb(0.5, -right) : 0);
    }

    /**
     * Compares codes with real numbers. Both are limited to the real values of the codes that the
     * output may take, which brings no two numbers further apart. A fused activation limits the
     * real result at its bound, the code at the nearest code; the distance between these two is
     * added to the bound.
     */
    void assertWithin(Tensor codes, Tensor real, IntToDoubleFunction bound) {
        Activation activation = node.op() instanceof Activated a ? a.activation() : Activation.NONE;
        TensorType y = codes.type();
        ActivationRange range = NodeRescale.range(y, activation);
        double step = y.scale(0);
        double low = step * (range.min() - y.zeroPoint(0));
        double high = step * (range.max() - y.zeroPoint(0));
        double gap = Math.max(0, Math.max(high - activation.max(), activation.min() - low));
        for (int i = 0; i < codes.elements(); i++) {
            double got = step * (codes.integer(i) - y.zeroPoint(0));
            double expected = Math.min(Math.max(real.real(i), low), high);
            double most = gap + bound.applyAsDouble(i);
            int at = i;
            assertTrue(
                    Math.abs(got - expected) <= most,
                    () ->
                            String.format(
                                    "element %d is %s instead of %s, bound %s, in %s",
                                    at, got, expected, most, c));
        }
    }
}
