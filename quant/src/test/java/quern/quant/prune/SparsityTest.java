package quern.quant.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import quern.tensor.Shape;
import quern.tensor.Tensor;

class SparsityTest {
    private static final Tensor A =
            Tensor.of(Shape.of(2, 4), 1f, -8f, 3f, 2f, 0.5f, 0.5f, -0.5f, 9f);
    private static final Tensor B = Tensor.of(Shape.of(1, 4), 10f, 20f, 30f, 40f);

    private static Tensor mask(Sparsity s, Tensor w) {
        return s.masks(Map.of("w", w)).get("w");
    }

    @Test
    void dropsTheSmallestAndOfEqualOnesTheFirst() {
        assertEquals(
                Tensor.of(Shape.of(2, 4), 1f, 1f, 1f, 1f, 0f, 0f, 1f, 1f),
                mask(new Sparsity.Magnitude(0.25, false), A));
        assertEquals(
                Tensor.of(Shape.of(2, 4), 0f, 1f, 1f, 1f, 0f, 0f, 0f, 1f),
                mask(new Sparsity.Magnitude(0.5, false), A));
    }

    @Test
    void layersTogetherOrEach() {
        Map<String, Tensor> both = new LinkedHashMap<>();
        both.put("a", A);
        both.put("b", B);
        Map<String, Tensor> each = new Sparsity.Magnitude(0.5, false).masks(both);
        assertEquals(Tensor.of(Shape.of(1, 4), 0f, 0f, 1f, 1f), each.get("b"));
        Map<String, Tensor> together = new Sparsity.Magnitude(0.5, true).masks(both);
        assertEquals(Tensor.of(Shape.of(1, 4), 1f, 1f, 1f, 1f), together.get("b"));
        assertEquals(Tensor.of(Shape.of(2, 4), 0f, 1f, 0f, 0f, 0f, 0f, 0f, 1f), together.get("a"));
    }

    @Test
    void twoOfFour() {
        assertEquals(
                Tensor.of(Shape.of(2, 4), 0f, 1f, 1f, 0f, 1f, 0f, 0f, 1f),
                mask(new Sparsity.Groups(2, 4), A));
    }

    @Test
    void refusesSharesAndGroupsThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> new Sparsity.Magnitude(1, false));
        assertThrows(IllegalArgumentException.class, () -> new Sparsity.Groups(5, 4));
    }
}
