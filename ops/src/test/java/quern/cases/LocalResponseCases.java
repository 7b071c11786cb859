package quern.cases;

import java.util.List;
import quern.op.reduction.LocalResponseNormalization;
import quern.tensor.Shape;

/** Normalization by neighbours along the last axis. */
final class LocalResponseCases {
    private LocalResponseCases() {}

    static OpCase random(Draw d) {
        LocalResponseNormalization op =
                new LocalResponseNormalization(
                        d.between(0, 6), d.pick(1f, 2f), d.pick(0.1f, 1f), d.pick(0.5f, 0.75f));
        return new CaseBuilder("").input("x", Fill.reals(d.shape(1, 4, 400), d)).build(op);
    }

    static List<OpCase> awkward() {
        LocalResponseNormalization five = new LocalResponseNormalization(5, 1, 1, 0.5f);
        LocalResponseNormalization endless =
                new LocalResponseNormalization(Integer.MAX_VALUE, 0, 1e-4f, -0.75f);
        return List.of(
                new CaseBuilder("LocalResponseNormalization wild floats")
                        .input("x", Fill.wild(Shape.of(2, 17)))
                        .build(five),
                new CaseBuilder("LocalResponseNormalization endless radius")
                        .input("x", Fill.reals(Shape.of(3, 40), new Draw(5, 1)))
                        .build(endless),
                new CaseBuilder("LocalResponseNormalization of each alone")
                        .input("x", Fill.wild(Shape.of(17, 1)))
                        .build(endless),
                new CaseBuilder("LocalResponseNormalization nothing")
                        .input("x", Fill.wild(Shape.of(3, 0)))
                        .build(five));
    }
}
