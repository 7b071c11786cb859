package quern.machinecode;

import java.util.Optional;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.OverMicrokernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** The inner loops of the tier below, with products, tables and codes of this tier. */
final class MicrokernelsWithProducts extends OverMicrokernels {
    private final Optional<Products> products;
    private final Optional<Lookup> lookup;
    private final Optional<Requantize> requantize;
    private final Optional<EverySecond> everySecond;
    private final Optional<Functions> functions;

    /**
     * @param lookup of at least 64 bytes, if there is one
     * @param requantize if there is one
     * @param everySecond if there is one
     * @param functions if there are some
     */
    MicrokernelsWithProducts(
            Microkernels below,
            Products products,
            Optional<Lookup> lookup,
            Optional<Requantize> requantize,
            Optional<EverySecond> everySecond,
            Optional<Functions> functions) {
        super(below);
        this.products = Optional.of(products);
        this.lookup = lookup;
        this.requantize = requantize;
        this.everySecond = everySecond;
        this.functions = functions;
    }

    @Override
    public void sigmoidF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        if (functions.isPresent()) {
            functions.get().sigmoid(x, xOffset, y, yOffset, n);
        } else {
            super.sigmoidF32(x, xOffset, y, yOffset, n);
        }
    }

    @Override
    public void siluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        if (functions.isPresent()) {
            functions.get().silu(x, xOffset, y, yOffset, n);
        } else {
            super.siluF32(x, xOffset, y, yOffset, n);
        }
    }

    @Override
    public void softmaxF32(
            float[] x, int xOffset, int stride, int n, float beta, float[] y, int yOffset) {
        if (functions.isPresent() && stride == 1 && n > 0 && n <= Functions.LONGEST_ROW) {
            functions.get().softmax(x, xOffset, n, beta, y, yOffset);
        } else {
            super.softmaxF32(x, xOffset, stride, n, beta, y, yOffset);
        }
    }

    @Override
    public void expF32(
            float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n) {
        if (functions.isPresent()) {
            functions.get().exp(x, xOffset, first, second, y, yOffset, n);
        } else {
            super.expF32(x, xOffset, first, second, y, yOffset, n);
        }
    }

    @Override
    public void everyF32(float[] x, int xOffset, int step, float[] y, int yOffset, int n) {
        int done =
                step == 2 && everySecond.isPresent()
                        ? everySecond.get().floats(x, xOffset, y, yOffset, n)
                        : 0;
        super.everyF32(x, xOffset + done * step, step, y, yOffset + done, n - done);
    }

    @Override
    public void everyS8(byte[] x, int xOffset, int step, byte[] y, int yOffset, int n) {
        int done =
                step == 2 && everySecond.isPresent()
                        ? everySecond.get().bytes(x, xOffset, y, yOffset, n)
                        : 0;
        super.everyS8(x, xOffset + done * step, step, y, yOffset + done, n - done);
    }

    @Override
    public void codes(
            int[] acc,
            int width,
            Factors factors,
            int channel,
            Walk walk,
            int first,
            int count,
            byte[] y,
            int yOffset,
            int n) {
        if (n > 0 && requantize.isPresent() && requantize.get().has(factors.mode())) {
            requantize.get().run(acc, width, factors, channel, walk, first, count, y, yOffset, n);
        } else {
            super.codes(acc, width, factors, channel, walk, first, count, y, yOffset, n);
        }
    }

    @Override
    public void lookupS8(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n) {
        int whole = lookup.isPresent() ? n - n % LookupCode.BYTES : 0;
        if (whole > 0) {
            lookup.get().run(x, xOffset, table, y, yOffset, whole);
        }
        super.lookupS8(x, xOffset + whole, table, y, yOffset + whole, n - whole);
    }

    @Override
    public String tier() {
        return "machinecode";
    }

    @Override
    public Optional<Products> products() {
        return products;
    }
}
