package quern.machinecode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is concluded from what a CPU says. */
class FeaturesTest {
    private static final int OSXSAVE_AND_FMA = 1 << 27 | 1 << 12;
    private static final int AVX2 = 1 << 5;
    private static final int AVX512 = AVX2 | 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
    private static final int AVX512_VNNI = 1 << 11;
    private static final int AVX_VNNI = 1 << 4;

    /** A CPU that says these things. */
    private record Fake(int highest, int basic, int ebx, int ecx, int more, long saved)
            implements Features.Cpu {
        @Override
        public Features.Leaf cpuid(int leaf, int subleaf) {
            if (leaf > highest) {
                throw new IllegalStateException("no such leaf");
            }
            return switch (leaf) {
                case 0 -> new Features.Leaf(highest, 0, 0, 0);
                case 1 -> new Features.Leaf(0, 0, basic, 0);
                default ->
                        subleaf == 0
                                ? new Features.Leaf(1, ebx, ecx, 0)
                                : new Features.Leaf(more, 0, 0, 0);
            };
        }

        @Override
        public long xgetbv() {
            if ((basic & 1 << 27) == 0) {
                throw new IllegalStateException("no such instruction");
            }
            return saved;
        }
    }

    private static Optional<Isa> best(Fake cpu) {
        return Features.of(cpu).best();
    }

    @Test
    void theBestThatIsThere() {
        int basic = OSXSAVE_AND_FMA;
        assertEquals(Optional.of(Isa.AVX2), best(new Fake(7, basic, AVX2, 0, 0, 7)));
        assertEquals(Optional.of(Isa.AVX_VNNI), best(new Fake(7, basic, AVX2, 0, AVX_VNNI, 7)));
        assertEquals(
                Optional.of(Isa.AVX512_VNNI),
                best(new Fake(7, basic, AVX512, AVX512_VNNI, 0, 0xE7)));
        assertEquals(Optional.of(Isa.AVX2), best(new Fake(7, basic, AVX512, 0, 0, 0xE7)));
    }

    @Test
    void registersThatNobodySavesAreNotUsed() {
        int basic = OSXSAVE_AND_FMA;
        assertEquals(Optional.of(Isa.AVX2), best(new Fake(7, basic, AVX512, AVX512_VNNI, 0, 7)));
        assertEquals(Optional.empty(), best(new Fake(7, basic, AVX512, AVX512_VNNI, 0, 3)));
        assertEquals(Optional.empty(), best(new Fake(7, 1 << 12, AVX512, AVX512_VNNI, 0, 0xE7)));
    }

    @Test
    void oldCpusAreNotAskedWhatTheyDoNotKnow() {
        assertEquals(Optional.empty(), best(new Fake(1, OSXSAVE_AND_FMA, 0, 0, 0, 7)));
        assertEquals(Optional.empty(), best(new Fake(7, 1 << 27, AVX2, 0, 0, 7)));
    }

    @Test
    void lessCanBeAskedFor() {
        Features all = new Features(true, true, true, true);
        for (Isa isa : Isa.values()) {
            assertEquals(Optional.of(isa), all.atMost(isa).best());
        }
    }
}
