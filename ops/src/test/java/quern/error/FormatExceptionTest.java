package quern.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Messages begin with the place and are one line, whatever a file holds. */
class FormatExceptionTest {
    @Test
    void placesAreJoinedFromTheOutsideIn() {
        FormatException e = new FormatException("offset 3", "it is bad").within("a").within("b");
        assertEquals("b, a, offset 3: it is bad", e.getMessage());
        assertEquals("b, a, offset 3", e.where());
        assertEquals("it is bad", e.problem());
        assertEquals("f: it is bad", new FormatException("", "it is bad").within("f").getMessage());
    }

    @Test
    void subtypesStayWhatTheyAre() {
        assertInstanceOf(ShapeException.class, new ShapeException("bad").within("f"));
        assertInstanceOf(InvalidGraphException.class, new InvalidGraphException("", "").within(""));
        UnsupportedOpException op =
                assertInstanceOf(
                        UnsupportedOpException.class,
                        new UnsupportedOpException("FOO", "x", "do this").within("f"));
        assertEquals("FOO", op.op());
        assertEquals("f, x: operator FOO is not supported: do this", op.getMessage());
    }

    @Test
    void hostileNamesMakeOneShortLine() {
        FormatException e = new FormatException("a\nb\u001b[31m", "c\u0085d\u2028e\u0000");
        assertEquals("a\ufffdb\ufffd[31m: c\ufffdd\ufffde\ufffd", e.getMessage());
        FormatException big = new FormatException("x".repeat(100_000), "y".repeat(100_000));
        assertTrue(big.getMessage().length() < 2100, "length " + big.getMessage().length());
    }
}
