package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;
import quern.error.FormatException;

/** Errors are one sentence that says what and where. */
final class Refusals {
    private Refusals() {}

    static void refused(Executable code, Object... words) {
        sentence(assertThrows(FormatException.class, code), words);
    }

    static void contradicts(Executable code, Object... words) {
        sentence(assertThrows(IllegalArgumentException.class, code), words);
    }

    private static void sentence(Exception e, Object... words) {
        String message = e.getMessage();
        for (Object word : words) {
            assertTrue(message.contains(word.toString()), () -> message + " lacks " + word);
        }
        assertFalse(message.contains("\n"), message);
    }
}
