package quern.cases;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * Random choices that follow from a seed alone, the same on every JVM; the size bounds how large
 * shapes get.
 */
public final class Draw {
    /** The largest size. */
    public static final int MAX_SIZE = 10;

    private final int size;
    private final Random random;

    /**
     * @param size 0 to {@link #MAX_SIZE}
     */
    public Draw(int size, long seed) {
        this.size = size;
        this.random = new Random(seed);
    }

    /** The source of all choices. */
    Random random() {
        return random;
    }

    /** Both ends included. */
    int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** Both ends included; the upper one comes near the lower one for small sizes. */
    int upTo(int low, int high) {
        return between(low, low + (high - low) * size / MAX_SIZE);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    @SafeVarargs
    final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    RoundingMode rounding() {
        return pick(RoundingMode.values());
    }

    /** Mostly none. */
    Activation activation() {
        return chance(50) ? Activation.NONE : pick(Activation.values());
    }

    /** A positive scale around {@code middle}, often a power of two. */
    float scale(double middle) {
        int exponent = Math.getExponent(middle) + between(-2, 2);
        double mantissa = chance(40) ? 1 : 1 + random.nextDouble();
        return (float) Math.scalb(mantissa, exponent);
    }

    /** A shape with at most {@code elements} elements; rarely with a dimension of zero. */
    Shape shape(int minRank, int maxRank, int elements) {
        int[] dims = new int[upTo(minRank, maxRank)];
        int room = elements;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = upTo(1, Math.min(room, 12));
            room /= dims[i];
        }
        if (dims.length > 0 && chance(2)) {
            dims[between(0, dims.length - 1)] = 0;
        }
        return Shape.of(dims);
    }

    Ints permutation(int rank) {
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            axes.add(i);
        }
        Collections.shuffle(axes, random);
        return Ints.of(axes.stream().mapToInt(Integer::intValue).toArray());
    }
}
