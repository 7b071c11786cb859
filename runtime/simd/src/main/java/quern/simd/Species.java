package quern.simd;

import java.util.Optional;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors of the width that system property {@code quern.simd.bits} names, or of the widest that
 * the machine has. One lane of F is one of I; D has half as many, B are as many bytes.
 */
final class Species {
    private static final int WIDEST = 512;
    private static final int NARROWEST = 128;
    private static final int BITS = bits();

    static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED.withShape(shape(BITS));
    static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED.withShape(shape(BITS));
    static final VectorSpecies<Double> D = DoubleVector.SPECIES_PREFERRED.withShape(shape(BITS));

    /** As many floats as D has lanes. */
    static final VectorSpecies<Float> H = FloatVector.SPECIES_64.withShape(shape(BITS / 2));

    /** As many bytes as F has lanes; 64 bits hold them where F has fewer than 8 lanes. */
    static final VectorSpecies<Byte> B =
            ByteVector.SPECIES_64.withShape(shape(Math.max(BITS / 4, 64)));

    static final int LANES = BITS / Float.SIZE;

    private Species() {}

    private static int bits() {
        int widest = Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), WIDEST);
        return Math.max(NARROWEST, Math.min(widest, Integer.getInteger("quern.simd.bits", widest)));
    }

    private static VectorShape shape(int bits) {
        return VectorShape.forBitSize(Integer.highestOneBit(bits));
    }

    /** Why vectors are of no use here. */
    static Optional<String> refusal() {
        int widest = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        return widest < NARROWEST
                ? Optional.of("this machine has vectors of " + widest + " bits only")
                : Optional.empty();
    }
}
