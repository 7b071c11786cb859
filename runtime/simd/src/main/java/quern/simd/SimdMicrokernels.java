package quern.simd;

import java.util.Optional;
import quern.runtime.micro.Factors;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.OverMicrokernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Inner loops on vectors; what is not here the plain loops do as well. */
final class SimdMicrokernels extends OverMicrokernels {
    private final Products products = new SimdProducts();

    SimdMicrokernels(Microkernels below) {
        super(below);
    }

    @Override
    public String tier() {
        return "simd";
    }

    @Override
    public Optional<Products> products() {
        return Optional.of(products);
    }

    @Override
    public void clampF32(
            float[] x, int xOffset, float low, float high, float[] y, int yOffset, int n) {
        if (low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY) {
            System.arraycopy(x, xOffset, y, yOffset, n);
        } else {
            Rows.clamp(x, xOffset, low, high, y, yOffset, n);
        }
    }

    @Override
    public void addF32(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        if (n == 0) {
            return;
        } else if (aStep == 1 && bStep == 1) {
            Rows.add(a, aOffset, b, bOffset, y, yOffset, n);
        } else if (aStep == 1) {
            Rows.addNumber(a, aOffset, b[bOffset], y, yOffset, n);
        } else if (bStep == 1) {
            Rows.addNumber(b, bOffset, a[aOffset], y, yOffset, n);
        } else {
            super.addF32(a, aOffset, aStep, b, bOffset, bStep, y, yOffset, n);
        }
    }

    @Override
    public void mulF32(
            float[] a,
            int aOffset,
            int aStep,
            float[] b,
            int bOffset,
            int bStep,
            float[] y,
            int yOffset,
            int n) {
        if (n == 0) {
            return;
        } else if (aStep == 1 && bStep == 1) {
            Rows.mul(a, aOffset, b, bOffset, y, yOffset, n);
        } else if (aStep == 1) {
            Rows.mulNumber(a, aOffset, b[bOffset], y, yOffset, n);
        } else if (bStep == 1) {
            Rows.mulNumber(b, bOffset, a[aOffset], y, yOffset, n);
        } else {
            super.mulF32(a, aOffset, aStep, b, bOffset, bStep, y, yOffset, n);
        }
    }

    @Override
    public void sumF32(float[] x, int xOffset, float[] acc, int n) {
        Rows.sum(x, xOffset, acc, n);
    }

    @Override
    public void maxF32(float[] x, int xOffset, float[] acc, int n) {
        Rows.max(x, xOffset, acc, n);
    }

    @Override
    public void widenS8F32(
            byte[] x, int xOffset, int mask, int zero, float[] y, int yOffset, int n) {
        Rows.widen(x, xOffset, mask, zero, y, yOffset, n);
    }

    @Override
    public void addWholeS32(float[] x, int xOffset, int[] acc, int n) {
        Rows.addWhole(x, xOffset, acc, n);
    }

    @Override
    public void sigmoidF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        Functions.sigmoid(x, xOffset, y, yOffset, n);
    }

    @Override
    public void siluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        Functions.silu(x, xOffset, y, yOffset, n);
    }

    @Override
    public void expF32(
            float[] x, int xOffset, float first, float second, float[] y, int yOffset, int n) {
        Functions.exp(x, xOffset, first, second, y, yOffset, n);
    }

    @Override
    public void tanhF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        Functions.tanh(x, xOffset, y, yOffset, n);
    }

    @Override
    public void geluF32(float[] x, int xOffset, float[] y, int yOffset, int n) {
        Gelus.gelu(x, xOffset, y, yOffset, n);
    }

    @Override
    public void softmaxF32(
            float[] x, int xOffset, int stride, int n, float beta, float[] y, int yOffset) {
        if (stride != 1) {
            super.softmaxF32(x, xOffset, stride, n, beta, y, yOffset);
            return;
        }
        float max = Sums.max(x, xOffset, n);
        Functions.exp(x, xOffset, max, beta, y, yOffset, n);
        float sum = Sums.sum(y, yOffset, n, Chunk.get().b);
        Functions.divide(y, yOffset, sum, n);
    }

    @Override
    public void layerNormF32(
            float[] x,
            int xOffset,
            int n,
            float epsilon,
            float[] scale,
            int scaleOffset,
            float[] offset,
            int offsetOffset,
            float[] y,
            int yOffset) {
        float[] partials = Chunk.get().b;
        float mean = Sums.sum(x, xOffset, n, partials) / n;
        float variance = Sums.squares(x, xOffset, n, mean, partials) / n;
        float inverse = 1 / (float) Math.sqrt(variance + epsilon);
        Sums.normalize(
                x, xOffset, n, mean, inverse, scale, scaleOffset, offset, offsetOffset, y, yOffset);
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
        if (!CodeRows.has(factors.mode())) {
            super.codes(acc, width, factors, channel, walk, first, count, y, yOffset, n);
            return;
        }
        int whole = n - n % Species.LANES;
        int step = factors.step();
        int[] rest = Chunk.get().rest;
        // The last vector may begin inside the one before it.
        int last = Math.min(n, Species.LANES);
        int c = (channel + n - last) * step;
        for (int i = 0; i < count; i++) {
            int at = i * width;
            int to = yOffset + walk.to()[first + i];
            if (whole < n) {
                System.arraycopy(acc, at + n - last, rest, 0, last);
            }
            CodeRows.run(acc, at, whole, factors, channel * step, y, to);
            if (whole == 0) {
                factors.run(this, rest, n, c, step, y, to);
            } else if (whole < n) {
                CodeRows.run(rest, 0, last, factors, c, y, to + n - last);
            }
        }
    }

    @Override
    public void maxS8(byte[] x, int xOffset, int flip, byte[] y, int yOffset, int n) {
        Rows.maxCodes(x, xOffset, flip, y, yOffset, n);
    }

    @Override
    public void addS8FloatEven(
            byte[] a,
            int aOffset,
            int aStep,
            int aMask,
            float aRatio,
            byte[] b,
            int bOffset,
            int bStep,
            int bMask,
            float bRatio,
            float constant,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n) {
        int whole = aStep == 1 && bStep == 1 ? wholeBytes(n) : 0;
        if (whole > 0) {
            Rows.addCodes(
                    a, aOffset, aMask, aRatio, b, bOffset, bMask, bRatio, constant, min, max, y,
                    yOffset, whole);
        }
        super.addS8FloatEven(
                a,
                aOffset + whole * aStep,
                aStep,
                aMask,
                aRatio,
                b,
                bOffset + whole * bStep,
                bStep,
                bMask,
                bRatio,
                constant,
                min,
                max,
                y,
                yOffset + whole,
                n - whole);
    }

    @Override
    public void quantizeF32S8(
            float[] x,
            int xOffset,
            float scale,
            int zero,
            int min,
            int max,
            byte[] y,
            int yOffset,
            int n) {
        int whole = wholeBytes(n);
        Rows.quantize(x, xOffset, scale, zero, min, max, y, yOffset, whole);
        super.quantizeF32S8(
                x, xOffset + whole, scale, zero, min, max, y, yOffset + whole, n - whole);
    }

    /** Elements that fill vectors of bytes as well. */
    private static int wholeBytes(int n) {
        return Species.LANES < CodeRows.FEWEST ? 0 : n - n % Species.LANES;
    }

    @Override
    public float leastF32(float[] x, int xOffset, int n) {
        int whole = n - n % Species.LANES;
        float least = Rows.least(x, xOffset, whole);
        return least == least
                ? Math.min(least, super.leastF32(x, xOffset + whole, n - whole)) + 0f
                : super.leastF32(x, xOffset, n);
    }

    @Override
    public float largestF32(float[] x, int xOffset, int n) {
        int whole = n - n % Species.LANES;
        float largest = Rows.largest(x, xOffset, whole);
        return largest == largest
                ? Math.max(largest, super.largestF32(x, xOffset + whole, n - whole))
                : super.largestF32(x, xOffset, n);
    }

    @Override
    public void gatherF32(
            float[] x, int xOffset, int step, int[] places, float[] y, int yOffset, int rows) {
        // Narrower vectors have no instruction for it.
        if (Species.LANES < CodeRows.FEWEST || places.length < Species.LANES) {
            super.gatherF32(x, xOffset, step, places, y, yOffset, rows);
            return;
        }
        for (int r = 0; r < rows; r++) {
            Rows.gather(x, xOffset + r * step, places, y, yOffset + r * places.length);
        }
    }
}
