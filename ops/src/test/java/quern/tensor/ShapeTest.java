package quern.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import quern.error.ShapeException;

class ShapeTest {
    private static Shape words(String... words) {
        return Shape.of(List.of(words));
    }

    @Test
    void staticShapes() {
        Shape s = Shape.of(2, 0, 3);
        assertEquals(3, s.rank());
        assertEquals(0, s.elements());
        assertEquals(6, Shape.of(2, 1, 3).elements());
        assertEquals(1, Shape.of().elements());
        assertEquals("[2,0,3]", s.toString());
        assertEquals("[]", Shape.of().toString());
        assertEquals(s, words("2", "0", "3"));
        assertEquals(s.hashCode(), words("2", "0", "3").hashCode());
        assertNotEquals(s, Shape.of(2, 0));
        assertTrue(s.isStatic());
        assertEquals(Shape.of(2, 5, 3), s.with(1, 5));
    }

    @Test
    void arraysAreCopied() {
        int[] dims = {2, 3};
        Shape s = Shape.of(dims);
        dims[0] = 7;
        s.toArray()[1] = 9;
        assertEquals(Shape.of(2, 3), s);
    }

    @Test
    void limits() {
        assertThrows(ShapeException.class, () -> Shape.of(-1));
        assertThrows(ShapeException.class, () -> Shape.of(new int[Shape.MAX_RANK + 1]));
        assertThrows(
                ShapeException.class, () -> Shape.of(Collections.nCopies(Shape.MAX_RANK + 1, "1")));
        assertThrows(ShapeException.class, () -> words("2147483648"));
        assertThrows(ShapeException.class, () -> words("-1"));
        assertThrows(ShapeException.class, () -> words(""));
        assertThrows(ShapeException.class, () -> words("a b"));
        assertThrows(ShapeException.class, () -> words("1e3"));
        int max = Integer.MAX_VALUE;
        assertEquals(max - 8, Shape.of(max - 8).elements());
        assertThrows(ShapeException.class, () -> Shape.of(max - 7).elements());
        assertThrows(ShapeException.class, () -> Shape.of(max, max, max, max).elements());
        assertThrows(ShapeException.class, () -> Shape.of(0, max, max, max).elements());
    }

    @Test
    void symbols() {
        Shape s = words("N", "3", "?");
        assertFalse(s.isStatic());
        assertTrue(s.isSymbolic(0) && !s.isSymbolic(1) && s.isSymbolic(2));
        assertEquals(3, s.dim(1));
        assertEquals(List.of("N", "3", "?"), s.words());
        assertThrows(ShapeException.class, () -> s.dim(0));
        assertThrows(ShapeException.class, s::toArray);
        assertNotEquals(s, words("M", "3", "?"));
        assertEquals(words("4", "3", "?"), s.bind(Map.of("N", 4, "M", 5)));
        assertEquals(words("N", "3", "2"), s.with(2, 2));
        assertThrows(ShapeException.class, () -> s.bind(Map.of("N", -4)));
    }

    @Test
    void accepts() {
        assertTrue(words("N", "3").accepts(Shape.of(7, 3)));
        assertTrue(Shape.of(7, 3).accepts(words("N", "3")));
        assertFalse(words("N", "3").accepts(Shape.of(7, 4)));
        assertFalse(words("N", "3").accepts(Shape.of(7, 3, 1)));
    }

    @Test
    void axes() {
        Shape s = Shape.of(4, 5, 6);
        assertEquals(2, s.axis(-1));
        assertEquals(1, s.axis(1));
        assertThrows(ShapeException.class, () -> s.axis(3));
        assertThrows(ShapeException.class, () -> s.axis(-4));
    }

    @Test
    void broadcasting() {
        assertEquals(Shape.of(2, 3), Shape.broadcast(Shape.of(2, 3), Shape.of()));
        assertEquals(Shape.of(2, 3), Shape.broadcast(Shape.of(3), Shape.of(2, 1)));
        assertEquals(Shape.of(0, 3), Shape.broadcast(Shape.of(0, 1), Shape.of(3)));
        ShapeException e =
                assertThrows(
                        ShapeException.class, () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2)));
        assertTrue(e.getMessage().contains("[2,3]") && e.getMessage().contains("3 against 2"));
    }

    @Property(seed = "301", tries = 500)
    void broadcastingIsSymmetricAndFitsBoth(
            @ForAll @Size(max = 5) List<@IntRange(min = 0, max = 4) Integer> dims,
            @ForAll long mask) {
        int[] full = dims.stream().mapToInt(Integer::intValue).toArray();
        int[] ones = full.clone();
        for (int i = 0; i < ones.length; i++) {
            ones[i] = (mask >> i & 1) == 0 ? 1 : ones[i];
        }
        Shape a = Shape.of(full);
        Shape b = Shape.of(ones);
        assertEquals(a, Shape.broadcast(a, b));
        assertEquals(a, Shape.broadcast(b, a));
        assertEquals(a, Shape.broadcast(a, a));
    }
}
