package quern.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.Activation;
import quern.op.Padding;
import quern.op.activation.Relu;
import quern.op.activation.Relu6;
import quern.op.math.Add;
import quern.op.math.Mul;
import quern.op.nn.Conv2d;
import quern.op.quantize.Dequantize;
import quern.op.quantize.Quantize;
import quern.op.quantize.Requantize;
import quern.op.shape.Concat;
import quern.op.shape.Pad;
import quern.op.shape.Reshape;
import quern.op.shape.Transpose;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Graphs full of what rules look for: each value has the input's shape, float or as codes. */
final class RandomGraph {
    static final int[] INPUT = {1, 3, 3, 3};

    private static final Ints ONE = Ints.of(1, 1);
    private static final Quant CODES = Quant.perTensor(0.05f, -3);

    private final Random random;
    private final GraphBuilder b = new GraphBuilder("random");
    private final List<String> values = new ArrayList<>();

    private RandomGraph(long seed) {
        random = new Random(seed);
        values.add(b.constant("k", Rewritten.reals(seed, INPUT)));
        values.add(b.input("x", TensorType.f32(INPUT)));
    }

    /** The graph of {@code steps} steps; each step adds one node or a few. */
    static Graph of(long seed, int steps) {
        RandomGraph g = new RandomGraph(seed);
        for (int i = 0; i < steps; i++) {
            g.step();
        }
        g.b.output(g.values.get(g.values.size() - 1));
        g.values.stream().filter(v -> g.random.nextInt(12) == 0).limit(2).forEach(g.b::output);
        return g.b.build();
    }

    private void step() {
        String v = pick();
        String w = same(v);
        boolean codes = b.type(v).isQuantized();
        Ints zeros = Ints.repeat(0, INPUT.length);
        Activation act = Activation.values()[random.nextInt(4)];
        String name = b.fresh("v");
        switch (random.nextInt(codes ? 10 : 14)) {
            case 0 -> b.add(name, new Reshape(Ints.of(INPUT)), v);
            case 1 -> b.add(name, new Reshape(Ints.of(INPUT)), flat(v));
            case 2 -> b.add(name, new Transpose(Ints.of(0, 2, 1, 3)), v);
            case 3 -> b.add(name, new Transpose(Ints.of(0, 1, 2, 3)), v);
            case 4 -> b.add(name, new Pad(zeros, zeros, 0), v);
            case 5 -> b.add(name, new Concat(2), v);
            case 6 -> clamp(name, v);
            case 7 -> b.add(name, new Add(act), List.of(v, w), b.type(v));
            case 8 -> b.add(name, new Mul(act), List.of(v, w), b.type(v));
            case 9 -> convert(name, v);
            case 10, 11 -> conv(name, v, act);
            default -> scaleAndShift(name, v, act);
        }
        values.add(name);
    }

    /** Mostly the newest value, so that chains arise. */
    private String pick() {
        return random.nextInt(4) != 0
                ? values.get(values.size() - 1)
                : values.get(random.nextInt(values.size()));
    }

    /** A value of the same type as {@code v}. */
    private String same(String v) {
        String w = pick();
        return b.type(w).equals(b.type(v)) ? w : v;
    }

    private String flat(String v) {
        return b.add(b.fresh("flat"), new Reshape(Ints.of(-1)), v);
    }

    private void clamp(String name, String v) {
        if (random.nextBoolean()) {
            b.add(name, new Relu6(), List.of(v), b.type(v));
        } else {
            b.add(name, new Relu(), List.of(v), b.type(v));
        }
    }

    private void convert(String name, String v) {
        if (!b.type(v).isQuantized()) {
            b.add(name, new Quantize(), CODES, v);
        } else if (random.nextBoolean()) {
            b.add(name, new Dequantize(), v);
        } else {
            b.add(name, new Requantize(), CODES, v);
        }
    }

    private void conv(String name, String v, Activation act) {
        String w = b.constant(b.fresh("w"), Rewritten.reals(random.nextLong(), 3, 1, 1, 3));
        b.add(name, new Conv2d(ONE, ONE, Padding.VALID, 1, act), v, w);
    }

    private void scaleAndShift(String name, String v, Activation act) {
        String m = b.constant(b.fresh("m"), Rewritten.reals(random.nextLong(), 3));
        String a = b.constant(b.fresh("a"), Tensor.of(Shape.of(1), random.nextFloat()));
        String scaled = b.add(b.fresh("scaled"), new Mul(Activation.NONE), m, v);
        b.add(name, new Add(act), scaled, a);
    }
}
