package quern.formats.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import quern.op.Attributes;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The table of operators as ONNX has them; each makes the results of a node. */
final class OperatorWriters {
    /**
     * Operators that a text tells. The name of a row may go on with {@code .} and an attribute that
     * the node must have, then {@code Codes}, {@code Int} or {@code Truth} for what its first input
     * must hold (Int: with sign), then the operator set that it needs; the longest name that fits
     * counts. Behind {@code =} stands the result, or {@code !} and why there is none:
     *
     * <ul>
     *   <li>{@code 0}: an input as real numbers; {@code 0c}: as it is; {@code 0w}: as whole numbers
     *       of 64 bits; {@code 0n}: truth values as numbers; {@code *}: all inputs
     *   <li>{@code #1}: a number of the type of input 0; {@code #beta}: an attribute; {@code %1}: a
     *       whole number of 64 bits; {@code $axes}: an attribute as a list of these
     *   <li>{@code Op(..){alpha,new=old,to:9}}: an operator of ONNX with attributes taken over,
     *       under another name, or constant; equal ones are one node
     * </ul>
     */
    private static final String TABLE =
            """
            Abs=Abs(0)
            Neg=Neg(0)
            Sign=Sign(0)
            Exp=Exp(0)
            Log=Log(0)
            Sqrt=Sqrt(0)
            Rsqrt=Reciprocal(Sqrt(0))
            Square=Mul(0,0)
            SquareCodes=Pow(0,#2)
            Floor=Floor(0)
            Ceil=Ceil(0)
            Round=Round(0)
            Sin=Sin(0)
            Cos=Cos(0)
            Erf=Erf(0)
            Relu=Relu(0)
            Relu6=Clip(0,#0,#6)
            Relu0To1=Clip(0,#0,#1)
            ReluN1To1=Clip(0,#-1,#1)
            Tanh=Tanh(0)
            Logistic=Sigmoid(0)
            LeakyRelu=LeakyRelu(0){alpha}
            Elu=Elu(0){alpha}
            HardSwish=Mul(0,HardSigmoid(0){alpha:0.16666667,beta:0.5})
            HardSwish14=HardSwish(0)
            Gelu=Mul(Mul(0,Add(Erf(Mul(0,#0.70710677)),#1)),#0.5)
            Gelu20=Gelu(0)
            Gelu.approximate=Mul(Mul(0,Add(Tanh(Mul(Add(0,Mul(Mul(Mul(0,0),0),#0.044715)),#0.7978846)),#1)),#0.5)
            Gelu.approximate20=Gelu(0){approximate:tanh}
            Silu=Mul(0,Sigmoid(0))
            LayerNormalization=Add(Mul(Div(Sub(0,ReduceMean(0)),Sqrt(Add(ReduceMean(Mul(Sub(0,ReduceMean(0)),Sub(0,ReduceMean(0)))),#epsilon))),1),2)
            LayerNormalization17=LayerNormalization(0,1,2){epsilon}
            Softmax=Softmax(0){axis}
            Softmax.beta=Softmax(Mul(0,#beta)){axis}
            LogSoftmax=LogSoftmax(0){axis}
            L2Normalization=Div(0,Max(ReduceL2(0),#1e-6))
            PRelu=PRelu(0,1)
            PReluBoth=Add(Relu(0),Mul(Min(0,#0),1))
            Add=Add(0,1)
            Sub=Sub(0,1)
            Mul=Mul(0,1)
            Div=Div(0,1)
            Pow=Pow(0,1)
            SquaredDifference=Mul(Sub(0,1),Sub(0,1))
            FloorDiv=Floor(Div(0,1))
            FloorDivInt=Where(And(Not(Equal(Mod(0,1),#0)),Xor(Less(0,#0),Less(1,#0))),Sub(Div(0,1),#1),Div(0,1))
            FloorMod=Where(And(Not(Equal(Mod(0,1){fmod:1},#0)),Xor(Less(Mod(0,1){fmod:1},#0),Less(1,#0))),Add(Mod(0,1){fmod:1},1),Mod(0,1){fmod:1})
            FloorModInt=Mod(0,1)
            Maximum=Max(0,1)
            Minimum=Min(0,1)
            Equal=Equal(0,1)
            NotEqual=Not(Equal(0,1))
            Less=Less(0n,1n)
            LessEqual=LessOrEqual(0n,1n)
            Greater=Greater(0n,1n)
            GreaterEqual=GreaterOrEqual(0n,1n)
            LogicalAnd=And(0,1)
            LogicalOr=Or(0,1)
            LogicalXor=Xor(0,1)
            LogicalNot=Not(0)
            BitwiseXor=!it needs operator set 18
            BitwiseXor18=BitwiseXor(0,1)
            RightShift=BitShift(0,1){direction:RIGHT}
            RightShiftInt=!ONNX shifts numbers without sign only
            Select=Where(0,1,2)
            Mean=ReduceMean(0)
            MeanInt=!means of whole numbers are not rounded alike
            Sum=ReduceSum(0)
            ReduceMax=ReduceMax(0)
            ReduceMin=ReduceMin(0)
            ReduceProd=ReduceProd(0)
            ReduceAny=Cast(ReduceSum(Cast(0){to:6})){to:9}
            ReduceAll=Not(Cast(ReduceSum(Cast(Not(0)){to:6})){to:9})
            ArgMax=ArgMax(0n){axis,keepdims:0}
            ArgMin=ArgMin(0n){axis,keepdims:0}
            TopK=TopK(0,$count){axis,largest}
            TopKTruth=!ONNX orders numbers only
            DynamicQuantize=DynamicQuantizeLinear(0)
            CumSum=CumSum(0,$axis){exclusive,reverse}
            ComplexAbs=ReduceL2(0)
            Real=Gather(0,%0){axis:-1}
            Imag=Gather(0,%1){axis:-1}
            Quantize=0
            Dequantize=0
            Requantize=0
            Transpose=Transpose(0){perm=permutation}
            Concat=Concat(*){axis}
            Tile=Tile(0,$repeats)
            TileBy=Tile(0,1w)
            BroadcastTo=Expand(0,$shape)
            BroadcastBy=Expand(0,1w)
            ReshapeBy=Reshape(0,1w)
            ReshapeBy.allow_zero=!it needs operator set 14
            ReshapeBy.allow_zero14=Reshape(0,1w){allowzero:1}
            PadBy=Pad(0,1w,2)
            SliceBy=Slice(0,1w,2w,3w,4w)
            RangeBy=Range(0,1,2)
            ShapeOf=Shape(0c)
            NonZero=NonZero(0)
            GatherNd=GatherND(0,1w){batch_dims}
            ScatterNd=ScatterND(0,1w,2)
            ScatterNd.add=!it needs operator set 16
            ScatterNd.add16=ScatterND(0,1w,2){reduction:add}
            ScatterNd.addTruth=!ONNX does not add truth values
            SpaceToDepth=SpaceToDepth(0){blocksize=block}
            DepthToSpace=DepthToSpace(0){blocksize=block,mode:DCR}
            DepthToSpace.depth_first=DepthToSpace(0){blocksize=block,mode:CRD}
            BoxSelection=NonMaxSuppression(0,1,2,3,4){center_point_box=centers}
            """;

    private static final Map<String, String> ROWS = new HashMap<>();

    static {
        for (String row : TABLE.split("\n")) {
            int equals = row.indexOf('=');
            ROWS.put(row.substring(0, equals), row.substring(equals + 1));
        }
    }

    private final NodeWriter o;
    private final String text;
    private final Map<String, String> made = new HashMap<>();
    private int at;

    private OperatorWriters(NodeWriter o, String text) {
        this.o = o;
        this.text = text;
    }

    /** Adds the nodes of an operator and returns the names of its results. */
    static List<String> write(NodeWriter o) {
        if (!o.op().subgraphs().isEmpty()) {
            return results(o, ControlWriters.write(o));
        }
        List<String> names = new ArrayList<>();
        for (String attribute : o.attributes().values().keySet()) {
            names.add(o.name() + "." + attribute);
        }
        boolean both =
                o.name().equals("PRelu")
                        && !o.shape(0).equals(Shape.broadcast(o.shape(0), o.shape(1)));
        names.add(both ? "PReluBoth" : o.name());
        for (String name : names) {
            for (String suffix : List.of(held(o.type(0)), "")) {
                for (String since : List.of("20", "18", "17", "16", "14", "")) {
                    String row = ROWS.get(name + suffix + since);
                    if (row != null && (since.isEmpty() || o.since(Integer.parseInt(since)))) {
                        if (row.startsWith("!")) {
                            throw o.unsupported(row.substring(1));
                        }
                        return results(o, new OperatorWriters(o, row).expression());
                    }
                }
            }
        }
        return List.of(MoveWriters.write(o));
    }

    /**
     * All results of an operator of ONNX; the last holds places of 64 bits if it holds such. What
     * is beyond the codes of a softmax is limited before: the integer kernel of ONNX Runtime wraps
     * there.
     */
    private static List<String> results(NodeWriter o, String first) {
        List<String> all = new ArrayList<>(List.of(first));
        if (o.name().equals("Softmax") && o.output().quant() instanceof Quant.PerTensor q) {
            float most = q.scale() * (o.output().codeMax() - q.zeroPoint());
            all.set(0, most < 1 ? o.of("Min", first, o.scalar(most)) : first);
        }
        while (all.size() < o.outputs()) {
            all.add(o.more());
        }
        if (o.attributes().has("index")) {
            all.add(o.cast(all.remove(all.size() - 1), DType.S32));
        }
        return all;
    }

    private static String held(TensorType type) {
        return type.isQuantized()
                ? "Codes"
                : type.dtype() == DType.BOOL ? "Truth" : type.dtype().isSigned() ? "Int" : "";
    }

    /** What stands before one of these characters. */
    private String word(String ends) {
        int from = at;
        while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private String expression() {
        int from = at;
        String word = word("(),{}");
        if (at == text.length() || text.charAt(at) != '(') {
            return leaf(word);
        }
        List<Object> arguments = new ArrayList<>();
        do {
            at++;
            if (text.charAt(at) == '*') {
                at++;
                arguments.add(o.all());
            } else {
                arguments.add(expression());
            }
        } while (text.charAt(at) == ',');
        at++;
        String form = word;
        if (at < text.length() && text.charAt(at) == '{') {
            do {
                at++;
                String name = word("=:,}");
                char mark = text.charAt(at);
                at += mark == '=' || mark == ':' ? 1 : 0;
                String value = mark == '=' || mark == ':' ? word(",}") : name;
                if (mark == ':' || o.attributes().has(value)) {
                    form += " " + name;
                    arguments.add(mark == ':' ? constant(value) : attribute(value));
                }
            } while (text.charAt(at) == ',');
            at++;
        }
        String key = text.substring(from, at);
        if (!made.containsKey(key)) {
            boolean reduces = word.startsWith("Reduce");
            made.put(
                    key,
                    reduces
                            ? reduced(word, (String) arguments.get(0))
                            : o.of(form, arguments.toArray()));
        }
        return made.get(key);
    }

    private String leaf(String word) {
        char mark = word.charAt(0);
        String rest = word.substring(1);
        if (mark == '#') {
            float v = o.attributes().has(rest) ? o.attributes().real(rest) : Float.parseFloat(rest);
            return held(o.type(0)).equals("Int")
                    ? o.cast(o.scalar(v), o.type(0).dtype())
                    : o.scalar(v);
        } else if (mark == '%') {
            Tensor t = Tensor.zeros(TensorType.of(DType.S64, Shape.of()));
            t.setInteger(0, Integer.parseInt(rest));
            return o.constant(t);
        } else if (mark == '$') {
            return o.longs(attribute(rest) instanceof Ints all ? all : Ints.of(o.integer(rest)));
        }
        int i = mark - '0';
        return switch (rest) {
            case "c" -> o.code(i);
            case "w" -> o.whole(i);
            case "n" -> o.number(i);
            default -> o.in(i);
        };
    }

    private static Object constant(String word) {
        if (word.indexOf('.') >= 0) {
            return Float.parseFloat(word);
        }
        return Character.isUpperCase(word.charAt(0)) || word.equals("add") || word.equals("tanh")
                ? word
                : (Object) Integer.parseInt(word);
    }

    private Object attribute(String name) {
        Attributes.Value v = o.attributes().values().get(name);
        if (v instanceof Attributes.IntList) {
            return o.ints(name);
        } else if (v instanceof Attributes.Word) {
            return o.flag(name);
        } else if (v instanceof Attributes.Whole) {
            return o.integer(name);
        }
        return o.attributes().real(name);
    }

    /** A reduction along the node's axes; if it has none, along the last one. */
    private String reduced(String type, String x) {
        int rank = o.shape(0).rank();
        Ints axes = o.attributes().has("axes") ? o.ints("axes") : Ints.of(rank - 1);
        if (axes.size() == 0) {
            return x;
        }
        int keep = o.output().shape().rank() == rank ? 1 : 0;
        return type.equals("ReduceSum") || o.since(18)
                ? o.of(type + " keepdims", x, o.longs(axes), keep)
                : o.of(type + " axes keepdims", x, axes, keep);
    }
}
