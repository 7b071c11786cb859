package quern.formats.onnx;

import java.util.List;
import java.util.stream.IntStream;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The table of operators as ONNX has them; each makes the results of a node. */
final class OperatorWriters {
    private static final float SQRT_HALF = 0.70710677f;
    private static final float LEAST_LENGTH = 1e-6f;

    private OperatorWriters() {}

    /** Adds the nodes of an operator and returns the names of its results. */
    static List<String> write(NodeWriter o) {
        return switch (o.name()) {
            case "While", "If" -> ControlWriters.write(o);
            case "TopK" -> topK(o);
            case "Lstm", "Rnn" -> RecurrentWriters.write(o);
            default -> List.of(one(o));
        };
    }

    private static String one(NodeWriter o) {
        return switch (o.name()) {
            case "Abs",
                    "Neg",
                    "Sign",
                    "Exp",
                    "Log",
                    "Sqrt",
                    "Floor",
                    "Ceil",
                    "Round",
                    "Sin",
                    "Cos",
                    "Erf",
                    "Relu",
                    "Tanh",
                    "Add",
                    "Sub",
                    "Mul",
                    "Div",
                    "Pow",
                    "Equal",
                    "NonZero" ->
                    plain(o, o.name());
            case "Logistic" -> plain(o, "Sigmoid");
            case "Maximum" -> plain(o, "Max");
            case "Minimum" -> plain(o, "Min");
            case "Select" -> plain(o, "Where");
            case "LogicalAnd" -> plain(o, "And");
            case "LogicalOr" -> plain(o, "Or");
            case "LogicalXor" -> plain(o, "Xor");
            case "LogicalNot" -> plain(o, "Not");
            case "RangeBy" -> plain(o, "Range");
            case "ShapeOf" -> o.of("Shape", o.code(0));
            case "Requantize", "Quantize", "Dequantize" -> o.in(0);
            case "NotEqual" -> o.of("Not", plain(o, "Equal"));
            case "Less", "Greater" -> numbers(o, o.name());
            case "LessEqual" -> numbers(o, "LessOrEqual");
            case "GreaterEqual" -> numbers(o, "GreaterOrEqual");
            case "Square" ->
                    o.type(0).isQuantized()
                            ? o.of("Pow", o.in(0), o.scalar(2))
                            : o.of("Mul", o.in(0), o.in(0));
            case "Rsqrt" -> o.of("Reciprocal", o.of("Sqrt", o.in(0)));
            case "SquaredDifference" -> {
                String d = plain(o, "Sub");
                yield o.of("Mul", d, d);
            }
            case "FloorDiv" -> floorDiv(o);
            case "FloorMod" -> floorMod(o);
            case "Relu6" -> clip(o, 0, 6);
            case "Relu0To1" -> clip(o, 0, 1);
            case "ReluN1To1" -> clip(o, -1, 1);
            case "LeakyRelu" -> add(o, "LeakyRelu", "alpha", o.real("alpha"));
            case "Elu" -> add(o, "Elu", "alpha", o.real("alpha", 1));
            case "Gelu" -> gelu(o, o.flag("approximate") == 1);
            case "HardSwish" -> hardSwish(o);
            case "PRelu" -> pRelu(o);
            case "Softmax" -> {
                float beta = o.real("beta", 1);
                String x = beta == 1 ? o.in(0) : o.of("Mul", o.in(0), o.scalar(beta));
                yield o.add("Softmax", List.of(x), "axis", o.integer("axis"));
            }
            case "LogSoftmax" -> add(o, "LogSoftmax", "axis", o.integer("axis"));
            case "L2Normalization" -> {
                String length = reduce(o, "ReduceL2", o.in(0), Ints.of(o.shape(0).rank() - 1), 1);
                yield o.of("Div", o.in(0), o.of("Max", length, o.scalar(LEAST_LENGTH)));
            }
            case "Mean" -> {
                if (!o.type(0).isQuantized() && o.type(0).dtype() != DType.F32) {
                    throw o.unsupported("means of whole numbers are not rounded alike");
                }
                yield reduce(o, "ReduceMean");
            }
            case "Sum", "ReduceMax", "ReduceMin", "ReduceProd" ->
                    reduce(o, o.name().equals("Sum") ? "ReduceSum" : o.name());
            case "ReduceAny" -> any(o, o.in(0));
            case "ReduceAll" -> o.of("Not", any(o, o.of("Not", o.in(0))));
            case "ArgMax", "ArgMin" -> {
                String at = add(o, o.name(), "axis", o.integer("axis"), "keepdims", 0);
                yield index(o, at, o.output().dtype());
            }
            case "CumSum" ->
                    o.add(
                            "CumSum",
                            List.of(o.in(0), o.longs(o.integer("axis"))),
                            "exclusive",
                            o.flag("exclusive"),
                            "reverse",
                            o.flag("reverse"));
            case "BitwiseXor" -> {
                o.requireOpset(18);
                yield plain(o, "BitwiseXor");
            }
            case "RightShift" -> {
                if (o.type(0).dtype().isSigned()) {
                    throw o.unsupported("ONNX shifts numbers without sign only");
                }
                yield o.add("BitShift", o.allInputs(), "direction", "RIGHT");
            }
            case "BatchMatmul" ->
                    o.of("MatMul", turned(o, 0, "transpose_a"), turned(o, 1, "transpose_b"));
            case "Cast" -> {
                o.keepCodes();
                yield o.cast(o.code(0), o.output().dtype());
            }
            case "ComplexAbs" -> reduce(o, "ReduceL2", o.in(0), Ints.of(o.shape(0).rank() - 1), 0);
            case "Real", "Imag" -> {
                Tensor at = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
                at.setInteger(0, o.name().equals("Imag") ? 1 : 0);
                List<String> both = List.of(o.in(0), o.constant(at));
                yield o.add("Gather", both, "axis", o.shape(0).rank() - 1);
            }
            case "BoxSelection" ->
                    o.add(
                            "NonMaxSuppression",
                            o.allInputs(),
                            "center_point_box",
                            o.flag("centers"));
            case "Atan2", "NonMaxSuppression", "DetectionPostProcess", "Svdf", "Rfft2d" ->
                    throw o.unsupported("ONNX has no such operator");
            default -> MoveWriters.write(o);
        };
    }

    private static String plain(NodeWriter o, String type) {
        return o.add(type, o.allInputs());
    }

    private static String add(NodeWriter o, String type, Object... attributes) {
        return o.add(type, List.of(number(o, 0)), attributes);
    }

    /** Input {@code i} as a number; truth values become 0 and 1. */
    private static String number(NodeWriter o, int i) {
        return o.type(i).dtype() == DType.BOOL ? o.cast(o.in(i), DType.S32) : o.in(i);
    }

    private static String numbers(NodeWriter o, String type) {
        return o.of(type, number(o, 0), number(o, 1));
    }

    /** Places, which ONNX counts with 64 bits, as another element type. */
    private static String index(NodeWriter o, String places, DType type) {
        return type == DType.S64 ? places : o.cast(places, type);
    }

    private static String clip(NodeWriter o, float low, float high) {
        return o.of("Clip", o.in(0), o.scalar(low), o.scalar(high));
    }

    private static String floorDiv(NodeWriter o) {
        String a = o.in(0);
        String b = o.in(1);
        if (o.type(0).dtype() == DType.F32) {
            return o.of("Floor", o.of("Div", a, b));
        }
        DType type = o.type(0).dtype();
        String zero = o.cast(o.scalar(0), type);
        String some = o.of("Not", o.of("Equal", o.of("Mod", a, b), zero));
        String below = o.of("Xor", o.of("Less", a, zero), o.of("Less", b, zero));
        return o.of("Sub", o.of("Div", a, b), o.cast(o.of("And", some, below), type));
    }

    private static String floorMod(NodeWriter o) {
        String a = o.in(0);
        String b = o.in(1);
        if (o.type(0).dtype() != DType.F32) {
            return o.of("Mod", a, b);
        }
        String zero = o.scalar(0);
        String rest = o.add("Mod", List.of(a, b), "fmod", 1);
        String other = o.of("Xor", o.of("Less", rest, zero), o.of("Less", b, zero));
        String some = o.of("Not", o.of("Equal", rest, zero));
        return o.of("Where", o.of("And", some, other), o.of("Add", rest, b), rest);
    }

    private static String gelu(NodeWriter o, boolean approximate) {
        if (o.opset() >= 20) {
            return add(o, "Gelu", "approximate", approximate ? "tanh" : "none");
        }
        String x = o.in(0);
        String inner;
        if (approximate) {
            String cube = o.of("Mul", o.of("Mul", x, x), x);
            String sum = o.of("Add", x, o.of("Mul", cube, o.scalar(0.044715f)));
            inner = o.of("Tanh", o.of("Mul", sum, o.scalar(0.7978846f)));
        } else {
            inner = o.of("Erf", o.of("Mul", x, o.scalar(SQRT_HALF)));
        }
        return o.of("Mul", o.of("Mul", x, o.of("Add", inner, o.scalar(1))), o.scalar(0.5f));
    }

    private static String hardSwish(NodeWriter o) {
        if (o.opset() >= 14) {
            return plain(o, "HardSwish");
        }
        return o.of("Mul", o.in(0), add(o, "HardSigmoid", "alpha", 1 / 6f, "beta", 0.5f));
    }

    private static String pRelu(NodeWriter o) {
        if (o.shape(0).equals(Shape.broadcast(o.shape(0), o.shape(1)))) {
            return plain(o, "PRelu");
        }
        String below = o.of("Min", o.in(0), o.scalar(0));
        return o.of("Add", o.of("Relu", o.in(0)), o.of("Mul", below, o.in(1)));
    }

    /** The reduction that a node is, which has the attributes of all. */
    private static String reduce(NodeWriter o, String type) {
        return reduce(o, type, o.in(0), o.ints("axes"), o.flag("keep_dims"));
    }

    private static String reduce(NodeWriter o, String type, String x, Ints axes, int keep) {
        if (axes.size() == 0) {
            return x;
        }
        return type.equals("ReduceSum") || o.opset() >= 18
                ? o.add(type, List.of(x, o.longs(axes)), "keepdims", keep)
                : o.add(type, List.of(x), "axes", axes, "keepdims", keep);
    }

    /** Whether some of the truth values along the node's axes are true. */
    private static String any(NodeWriter o, String x) {
        String number = o.cast(x, DType.S32);
        String count = reduce(o, "ReduceSum", number, o.ints("axes"), o.flag("keep_dims"));
        return o.cast(count, DType.BOOL);
    }

    private static List<String> topK(NodeWriter o) {
        List<String> both =
                o.add(
                        2,
                        "TopK",
                        List.of(number(o, 0), o.longs(o.integer("count"))),
                        "axis",
                        o.integer("axis"),
                        "largest",
                        o.attributes().flag("largest", true) ? 1 : 0);
        String values = both.get(0);
        if (o.type(0).dtype() == DType.BOOL) {
            values = o.cast(values, DType.BOOL);
        }
        return List.of(values, index(o, both.get(1), o.attributes().dtype("index", DType.S64)));
    }

    /** Input {@code i}, its last two axes exchanged. */
    private static String turned(NodeWriter o, int i, String attribute) {
        int rank = o.shape(i).rank();
        int[] order = IntStream.range(0, rank).toArray();
        order[rank - 2] = rank - 1;
        order[rank - 1] = rank - 2;
        return o.flag(attribute) == 1 ? o.weights(i, order) : o.in(i);
    }
}
