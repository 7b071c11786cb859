package quern.quant.train;

import quern.op.Op;
import quern.op.activation.Elu;
import quern.op.activation.Gelu;
import quern.op.activation.LeakyRelu;
import quern.op.activation.Logistic;
import quern.op.activation.Tanh;
import quern.op.logic.Greater;
import quern.op.logic.GreaterEqual;
import quern.op.logic.Less;
import quern.op.math.Cos;
import quern.op.math.Erf;
import quern.op.math.Exp;
import quern.op.math.Log;
import quern.op.math.Minimum;
import quern.op.math.Pow;
import quern.op.math.Sign;
import quern.op.math.Sin;
import quern.op.math.Square;

/** Gradients of functions of one and two numbers. */
final class ElementwiseGradients {
    private static final double CUBIC = 0.044715;

    private ElementwiseGradients() {}

    static void add(Op op, Backward n) {
        n.to(0, n.gradient());
        n.to(1, n.gradient());
    }

    static void sub(Op op, Backward n) {
        n.to(0, n.gradient());
        if (n.wants(1)) {
            n.to(1, n.negative(n.gradient()));
        }
    }

    static void mul(Op op, Backward n) {
        for (int i = 0; i < 2; i++) {
            if (n.wants(i)) {
                n.to(i, n.times(n.gradient(), n.in(1 - i)));
            }
        }
    }

    static void div(Op op, Backward n) {
        String part = n.over(n.gradient(), n.in(1));
        n.to(0, part);
        if (n.wants(1)) {
            n.to(1, n.negative(n.times(part, n.over(n.in(0), n.in(1)))));
        }
    }

    static void maximum(Op op, Backward n) {
        pick(n, n.add(new GreaterEqual(), n.in(0), n.in(1)), 0, 1);
    }

    static void minimum(Op op, Backward n) {
        pick(n, n.add(new Greater(), n.in(0), n.in(1)), 1, 0);
    }

    static void select(Op op, Backward n) {
        pick(n, n.in(0), 1, 2);
    }

    private static void pick(Backward n, String condition, int yes, int no) {
        String zero = n.scalar(0);
        if (n.wants(yes)) {
            n.to(yes, n.where(condition, n.gradient(), zero));
        }
        if (n.wants(no)) {
            n.to(no, n.where(condition, zero, n.gradient()));
        }
    }

    static void pow(Op op, Backward n) {
        if (n.wants(0)) {
            String less = n.add(new Pow(), n.in(0), n.minus(n.in(1), n.scalar(1)));
            n.to(0, n.times(n.gradient(), n.times(n.in(1), less)));
        }
        if (n.wants(1)) {
            String log = n.times(n.out(), n.add(new Log(), n.in(0)));
            String positive = n.add(new Greater(), n.in(0), n.scalar(0));
            n.to(1, n.times(n.gradient(), n.where(positive, log, n.scalar(0))));
        }
    }

    static void squaredDifference(Op op, Backward n) {
        String d = n.times(n.gradient(), n.times(2, n.minus(n.in(0), n.in(1))));
        n.to(0, d);
        if (n.wants(1)) {
            n.to(1, n.negative(d));
        }
    }

    static void atan2(Op op, Backward n) {
        String squares = n.plus(n.add(new Square(), n.in(0)), n.add(new Square(), n.in(1)));
        String part = n.over(n.gradient(), squares);
        n.to(0, n.times(part, n.in(1)));
        n.to(1, n.negative(n.times(part, n.in(0))));
    }

    static void abs(Op op, Backward n) {
        n.to(0, n.times(n.gradient(), n.add(new Sign(), n.in(0))));
    }

    static void neg(Op op, Backward n) {
        n.to(0, n.negative(n.gradient()));
    }

    static void exp(Op op, Backward n) {
        n.to(0, n.times(n.gradient(), n.out()));
    }

    static void log(Op op, Backward n) {
        n.to(0, n.over(n.gradient(), n.in(0)));
    }

    static void sqrt(Op op, Backward n) {
        n.to(0, n.over(n.times(0.5, n.gradient()), n.out()));
    }

    static void rsqrt(Op op, Backward n) {
        String cube = n.times(n.add(new Square(), n.out()), n.out());
        n.to(0, n.times(n.gradient(), n.times(-0.5, cube)));
    }

    static void square(Op op, Backward n) {
        n.to(0, n.times(n.gradient(), n.times(2, n.in(0))));
    }

    static void sin(Op op, Backward n) {
        n.to(0, n.times(n.gradient(), n.add(new Cos(), n.in(0))));
    }

    static void cos(Op op, Backward n) {
        n.to(0, n.negative(n.times(n.gradient(), n.add(new Sin(), n.in(0)))));
    }

    static void erf(Op op, Backward n) {
        String bell = n.add(new Exp(), n.negative(n.add(new Square(), n.in(0))));
        n.to(0, n.times(n.gradient(), n.times(2 / Math.sqrt(Math.PI), bell)));
    }

    static void elu(Op op, Backward n) {
        String low = n.add(new Minimum(), n.in(0), n.scalar(0));
        String slope = n.times(((Elu) op).alpha(), n.add(new Exp(), low));
        String below = n.add(new Less(), n.in(0), n.scalar(0));
        n.to(0, n.where(below, n.times(n.gradient(), slope), n.gradient()));
    }

    static void silu(Op op, Backward n) {
        String s = n.add(new Logistic(), n.in(0));
        String rest = n.times(n.in(0), n.minus(n.scalar(1), s));
        n.to(0, n.times(n.gradient(), n.times(s, n.plus(rest, n.scalar(1)))));
    }

    static void gelu(Op op, Backward n) {
        String x = n.in(0);
        if (!((Gelu) op).approximate()) {
            String erf = n.add(new Erf(), n.times(Math.sqrt(0.5), x));
            String phi = n.times(0.5, n.plus(erf, n.scalar(1)));
            String bell = n.add(new Exp(), n.times(-0.5, n.add(new Square(), x)));
            String density = n.times(1 / Math.sqrt(2 * Math.PI), bell);
            n.to(0, n.times(n.gradient(), n.plus(phi, n.times(x, density))));
            return;
        }
        double c = Math.sqrt(2 / Math.PI);
        String square = n.add(new Square(), x);
        String inner = n.times(x, n.plus(n.scalar(c), n.times(c * CUBIC, square)));
        String t = n.add(new Tanh(), inner);
        String slope = n.plus(n.scalar(c), n.times(3 * c * CUBIC, square));
        String steep = n.minus(n.scalar(1), n.add(new Square(), t));
        String sum = n.plus(n.plus(t, n.scalar(1)), n.times(x, n.times(steep, slope)));
        n.to(0, n.times(n.gradient(), n.times(0.5, sum)));
    }

    /** A function that limits its input. */
    static GradientRule.Emitter clamp(double low, double high) {
        return (op, n) -> n.to(0, n.between(n.in(0), low, high, n.gradient()));
    }

    static void leakyRelu(Op op, Backward n) {
        String leak = n.times(((LeakyRelu) op).alpha(), n.gradient());
        String positive = n.add(new GreaterEqual(), n.in(0), n.scalar(0));
        n.to(0, n.where(positive, n.gradient(), leak));
    }

    static void hardSwish(Op op, Backward n) {
        String line = n.plus(n.times(1.0 / 3, n.in(0)), n.scalar(0.5));
        String rising = n.times(n.gradient(), line);
        String high = n.add(new Less(), n.in(0), n.scalar(3));
        String low = n.add(new Greater(), n.in(0), n.scalar(-3));
        String below = n.where(low, rising, n.scalar(0));
        n.to(0, n.where(high, below, n.gradient()));
    }

    static void pRelu(Op op, Backward n) {
        String positive = n.add(new GreaterEqual(), n.in(0), n.scalar(0));
        String g = n.gradient();
        if (n.wants(0)) {
            n.to(0, n.where(positive, g, n.times(g, n.in(1))));
        }
        if (n.wants(1)) {
            n.to(1, n.where(positive, n.scalar(0), n.times(g, n.in(0))));
        }
    }

    static void logistic(Op op, Backward n) {
        String slope = n.times(n.out(), n.minus(n.scalar(1), n.out()));
        n.to(0, n.times(n.gradient(), slope));
    }

    static void tanh(Op op, Backward n) {
        String slope = n.minus(n.scalar(1), n.add(new Square(), n.out()));
        n.to(0, n.times(n.gradient(), slope));
    }
}
