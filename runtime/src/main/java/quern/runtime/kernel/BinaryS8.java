package quern.runtime.kernel;

import quern.fixedpoint.AddRescale;
import quern.fixedpoint.MulRescale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.Requantizer;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SubRescale;
import quern.op.Activation;
import quern.reference.NodeRescale;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;

/**
 * Sum or difference of 8-bit codes in integers, or their product in any mode: a row of int32
 * accumulators, then the output stage. The terms of a sum depend on one code each and stand in
 * tables.
 */
final class BinaryS8 extends BinaryKernel {
    private static final int CHUNK = 512;

    private final Microkernels micro;
    private final int[] aTerms;
    private final int[] bTerms;
    private final boolean product;
    private final OutputStage output;

    private BinaryS8(
            String name,
            Preparation p,
            int[] aTerms,
            int[] bTerms,
            boolean product,
            OutputStage output) {
        super(name, p);
        this.micro = p.micro();
        this.aTerms = aTerms;
        this.bTerms = bTerms;
        this.product = product;
        this.output = output;
        p.workspace().accumulators(Storage.INT, CHUNK);
    }

    static BinaryS8 sum(String name, Preparation p, AddRescale r) {
        return new BinaryS8(
                name,
                p,
                Codes.table(p.type(0), r::termA),
                Codes.table(p.type(1), r::termB),
                false,
                r.mode() == RoundingMode.XNNPACK
                        ? shifted(p, r.shift(), r.zeroOut(), r.min(), r.max())
                        : fixedPoint(
                                p, r.multiplierOut(), r.zeroOut(), r.min(), r.max(), r.mode()));
    }

    /** A sum whose second term has the other sign. */
    static BinaryS8 difference(String name, Preparation p, Activation activation) {
        SubRescale r =
                NodeRescale.sub(p.node(), p.type(0), p.type(1), p.output().type(), activation);
        return new BinaryS8(
                name,
                p,
                Codes.table(p.type(0), r::termA),
                Codes.table(p.type(1), code -> -r.termB(code)),
                false,
                r.mode() == RoundingMode.XNNPACK
                        ? shifted(p, 31 - r.multiplierOut().shift(), r.zeroOut(), r.min(), r.max())
                        : fixedPoint(
                                p, r.multiplierOut(), r.zeroOut(), r.min(), r.max(), r.mode()));
    }

    static BinaryS8 product(String name, Preparation p, MulRescale r) {
        return new BinaryS8(
                name,
                p,
                Codes.table(p.type(0), code -> code - r.zeroA()),
                Codes.table(p.type(1), code -> code - r.zeroB()),
                true,
                r.zeroInside()
                        ? zeroInside(p, r)
                        : r.mode() == RoundingMode.XNNPACK
                                ? zeroOutside(p, r)
                                : fixedPoint(
                                        p,
                                        r.multiplier(),
                                        r.zeroOut(),
                                        r.min(),
                                        r.max(),
                                        r.mode()));
    }

    /** A sum of terms divided by a power of two, ties upward. */
    private static OutputStage shifted(Preparation p, int shift, int zero, int min, int max) {
        Microkernels micro = p.micro();
        int[] one = {1};
        int[] right = {shift};
        return (acc, n, channel, y, yOffset) ->
                micro.requantizeSingle(acc, n, one, right, 0, 0, zero, min, max, y, yOffset);
    }

    private static OutputStage zeroOutside(Preparation p, MulRescale r) {
        Microkernels micro = p.micro();
        float[] ratio = {r.ratio()};
        int zero = r.zeroOut();
        int min = r.min();
        int max = r.max();
        return (acc, n, channel, y, yOffset) ->
                micro.requantizeFloatEven(acc, n, ratio, 0, 0, zero, min, max, y, yOffset);
    }

    private static OutputStage fixedPoint(
            Preparation p, Multiplier m, int zero, int min, int max, RoundingMode mode) {
        int[] mantissa = {m.mantissa()};
        int[] shift = {m.shift()};
        return new Requantization(
                p.micro(), Requantizer.ofMultipliers(mantissa, shift, zero, min, max, mode), 1, 1);
    }

    private static OutputStage zeroInside(Preparation p, MulRescale r) {
        Microkernels micro = p.micro();
        float ratio = r.ratio();
        int zero = r.zeroOut();
        int min = r.min();
        int max = r.max();
        return (acc, n, channel, y, yOffset) ->
                micro.requantizeZeroInside(acc, n, ratio, zero, min, max, y, yOffset);
    }

    @Override
    void row(Arena arena, int part, int aOffset, int bOffset, int yOffset, int n) {
        byte[] x = a.bytes(arena);
        byte[] w = b.bytes(arena);
        int[] acc = arena.intRows(part)[0];
        for (int done = 0; done < n; done += CHUNK) {
            int count = Math.min(CHUNK, n - done);
            int i = aOffset + done * aStep;
            int j = bOffset + done * bStep;
            if (product) {
                micro.mulS8S32(x, i, aStep, aTerms, w, j, bStep, bTerms, acc, count);
            } else {
                micro.addS8S32(x, i, aStep, aTerms, w, j, bStep, bTerms, acc, count);
            }
            output.run(acc, count, 0, y.bytes(arena), yOffset + done);
        }
    }
}
