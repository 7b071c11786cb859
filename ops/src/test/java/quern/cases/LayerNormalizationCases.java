package quern.cases;

import java.util.List;
import quern.op.reduction.LayerNormalization;
import quern.tensor.Shape;

/** Vectors without mean and with one variance. */
final class LayerNormalizationCases {
    private static final LayerNormalization OP = new LayerNormalization(1e-5f);

    private LayerNormalizationCases() {}

    static OpCase random(Draw d) {
        Shape x = d.shape(1, 4, 400);
        Shape vector = Shape.of(x.dim(x.rank() - 1));
        CaseBuilder b = new CaseBuilder("").input("x", Fill.reals(x, d));
        boolean constant = d.chance(70);
        return b.operand("scale", Fill.reals(vector, d), !constant)
                .operand("offset", Fill.reals(vector, d), !constant)
                .build(new LayerNormalization(d.pick(1e-12f, 1e-5f, 0.1f)));
    }

    static List<OpCase> awkward() {
        return List.of(
                of("wild floats", Shape.of(3, 17)),
                of("of one number", Shape.of(9, 1)),
                of("of nothing", Shape.of(3, 0)),
                of("no vector", Shape.of(0, 5)),
                of("one axis", Shape.of(33)));
    }

    private static OpCase of(String name, Shape x) {
        Shape vector = Shape.of(x.dim(x.rank() - 1));
        Draw d = new Draw(7, 1);
        return new CaseBuilder("LayerNormalization " + name)
                .input("x", name.startsWith("wild") ? Fill.wild(x) : Fill.reals(x, d))
                .operand("scale", Fill.reals(vector, d), false)
                .operand("offset", Fill.reals(vector, d), false)
                .build(OP);
    }
}
