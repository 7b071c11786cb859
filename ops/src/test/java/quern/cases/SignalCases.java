package quern.cases;

import java.util.List;
import quern.op.Op;
import quern.op.signal.Rfft2d;
import quern.tensor.Ints;
import quern.tensor.Shape;

/** Fourier transforms and operators on complex numbers. */
final class SignalCases {
    private SignalCases() {}

    static OpCase rfft2d(Draw d) {
        int h = 1 << d.upTo(0, 3);
        int w = 1 << d.upTo(0, 6);
        Shape x =
                d.chance(30)
                        ? Shape.of(d.upTo(1, 9), d.upTo(1, 70))
                        : Shape.of(d.upTo(1, 3), d.chance(50) ? 1 : h, d.chance(70) ? w : 5);
        return new CaseBuilder("").input("x", Fill.reals(x, d)).build(new Rfft2d(Ints.of(h, w)));
    }

    static List<OpCase> awkwardRfft2d() {
        return List.of(
                new CaseBuilder("Rfft2d of one number")
                        .input("x", Fill.reals(Shape.of(2, 1, 1), new Draw(5, 1)))
                        .build(new Rfft2d(Ints.of(1, 1))),
                new CaseBuilder("Rfft2d of 512 numbers")
                        .input("x", Fill.reals(Shape.of(3, 1, 512), new Draw(5, 2)))
                        .build(new Rfft2d(Ints.of(1, 512))),
                new CaseBuilder("Rfft2d cut and filled up")
                        .input("x", Fill.reals(Shape.of(1, 3, 9), new Draw(5, 3)))
                        .build(new Rfft2d(Ints.of(4, 8))),
                new CaseBuilder("Rfft2d of no columns")
                        .input("x", Fill.reals(Shape.of(2, 3, 0), new Draw(5, 4)))
                        .build(new Rfft2d(Ints.of(2, 4))),
                new CaseBuilder("Rfft2d of no matrices")
                        .input("x", Fill.reals(Shape.of(0, 3, 4), new Draw(5, 4)))
                        .build(new Rfft2d(Ints.of(2, 4))),
                new CaseBuilder("Rfft2d wild floats")
                        .input("x", Fill.wild(Shape.of(2, 4, 16)))
                        .build(new Rfft2d(Ints.of(4, 16))));
    }

    static OpCase complex(Draw d, Op op) {
        Shape leading = d.shape(0, 3, 60);
        Shape x = Shape.of(append(leading.toArray(), 2));
        return new CaseBuilder("").input("x", Fill.reals(x, d)).build(op);
    }

    private static int[] append(int[] dims, int last) {
        int[] all = java.util.Arrays.copyOf(dims, dims.length + 1);
        all[dims.length] = last;
        return all;
    }

    static List<OpCase> awkwardComplex(Op op) {
        String name = op.getClass().getSimpleName();
        return List.of(
                new CaseBuilder(name + " wild floats")
                        .input("x", Fill.wild(Shape.of(17, 2)))
                        .build(op),
                new CaseBuilder(name + " wild floats, other pairs")
                        .input("x", Fill.wild(Shape.of(3, 19, 2)))
                        .build(op),
                new CaseBuilder(name + " of nothing")
                        .input("x", Fill.wild(Shape.of(0, 2)))
                        .build(op),
                new CaseBuilder(name + " of one number")
                        .input("x", Fill.wild(Shape.of(2)))
                        .build(op));
    }
}
