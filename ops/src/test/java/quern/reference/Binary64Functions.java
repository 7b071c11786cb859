package quern.reference;

import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import quern.op.BinaryMath;
import quern.op.Op;
import quern.op.UnaryMath;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.Relu0To1;
import quern.op.activation.ReluN1To1;
import quern.op.activation.Silu;
import quern.op.math.Abs;
import quern.op.math.Atan2;
import quern.op.math.Ceil;
import quern.op.math.Cos;
import quern.op.math.Div;
import quern.op.math.Erf;
import quern.op.math.Exp;
import quern.op.math.Floor;
import quern.op.math.FloorDiv;
import quern.op.math.FloorMod;
import quern.op.math.Log;
import quern.op.math.Neg;
import quern.op.math.Pow;
import quern.op.math.Round;
import quern.op.math.Rsqrt;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Sqrt;
import quern.op.math.Square;
import quern.op.math.SquaredDifference;
import quern.op.reduction.LocalResponseNormalization;

/** What functions of one element mean on real numbers, in binary64. */
final class Binary64Functions {
    private static final Map<Class<? extends Op>, DoubleUnaryOperator> FUNCTIONS =
            Map.ofEntries(
                    Map.entry(Abs.class, Math::abs),
                    Map.entry(Neg.class, v -> -v),
                    Map.entry(Sign.class, v -> v > 0 ? 1 : v < 0 ? -1 : v),
                    Map.entry(Exp.class, Math::exp),
                    Map.entry(Log.class, Math::log),
                    Map.entry(Sqrt.class, Math::sqrt),
                    Map.entry(Rsqrt.class, v -> 1 / Math.sqrt(v)),
                    Map.entry(Square.class, v -> v * v),
                    Map.entry(Floor.class, Math::floor),
                    Map.entry(Ceil.class, Math::ceil),
                    Map.entry(Round.class, Math::rint),
                    Map.entry(Sin.class, Math::sin),
                    Map.entry(Cos.class, Math::cos),
                    Map.entry(Silu.class, v -> v / (1 + Math.exp(-v))),
                    Map.entry(Erf.class, Binary64Functions::erf),
                    Map.entry(ReluN1To1.class, v -> Math.max(-1, Math.min(v, 1))),
                    Map.entry(Relu0To1.class, v -> Math.max(0, Math.min(v, 1))));

    private static final Map<Class<? extends Op>, DoubleBinaryOperator> PAIRS =
            Map.of(
                    Div.class,
                    (a, b) -> a / b,
                    FloorDiv.class,
                    (a, b) -> Math.floor(a / b),
                    FloorMod.class,
                    Binary64Functions::floorMod,
                    Pow.class,
                    Math::pow,
                    SquaredDifference.class,
                    (a, b) -> (a - b) * (a - b),
                    Atan2.class,
                    Math::atan2);

    private Binary64Functions() {}

    static Binary64 unary(UnaryMath op, double[] x) {
        double[] values = Arrays.stream(x).map(of(op)).toArray();
        double[] magnitudes = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            boolean cancels = op instanceof Gelu || op instanceof Elu;
            magnitudes[i] = Math.abs(values[i]) + (cancels ? Math.abs(x[i]) : 0);
        }
        return new Binary64(values, magnitudes);
    }

    private static DoubleUnaryOperator of(UnaryMath op) {
        if (op instanceof Elu e) {
            return v -> v < 0 ? e.alpha() * Math.expm1(v) : v;
        } else if (op instanceof Gelu g) {
            double k = Math.sqrt(2 / Math.PI);
            return g.approximate()
                    ? v -> v / 2 * (1 + Math.tanh(k * (v + 0.044715 * v * v * v)))
                    : v -> v / 2 * (1 + erf(v / Math.sqrt(2)));
        }
        return FUNCTIONS.get(op.getClass());
    }

    static DoubleBinaryOperator of(BinaryMath op) {
        return PAIRS.get(op.getClass());
    }

    /** Magnitudes of what cancels on the way to the result. */
    static DoubleBinaryOperator terms(BinaryMath op) {
        if (op instanceof SquaredDifference) {
            return (a, b) -> (a + b) * (a + b);
        }
        return op instanceof FloorMod ? (a, b) -> a + b : (a, b) -> 0;
    }

    private static double floorMod(double a, double b) {
        double rest = a % b;
        return rest == 0 || Math.signum(rest) == Math.signum(b) ? rest : rest + b;
    }

    static Binary64 localResponse(LocalResponseNormalization op, double[] x, int depth) {
        double[] values = new double[x.length];
        double[] magnitudes = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double squares = 0;
            for (int j = 0; j < depth; j++) {
                double v = x[i - i % depth + j];
                squares += Math.abs(j - i % depth) <= op.radius() ? v * v : 0;
            }
            values[i] = x[i] / Math.pow(op.bias() + op.alpha() * squares, op.beta());
            magnitudes[i] = squares < Float.MAX_VALUE ? Math.abs(values[i]) : squares;
        }
        return new Binary64(values, magnitudes);
    }

    private static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; n < 200; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
