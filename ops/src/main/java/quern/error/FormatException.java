package quern.error;

/**
 * A model, tensor or data file is not what it claims to be, or breaks a limit.
 *
 * <p>The message is one sentence that begins with the place: a file name, a byte offset or a field
 * path. It is one line of at most about two thousand characters, whatever names a file holds:
 * control characters are shown as U+FFFD and the middle of what is too long is left out. Readers of
 * every format throw this exception or one of its subtypes and nothing else (apart from {@link
 * java.io.IOException} for a file that cannot be read).
 */
public class FormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_LENGTH = 1000;

    private final String where;
    private final String problem;

    /**
     * @param where file, byte offset or field path; may be empty where the caller knows no place
     * @param problem what is wrong there and, if it helps, what was expected
     */
    public FormatException(String where, String problem) {
        super(where.isEmpty() ? line(problem) : line(where) + ": " + line(problem));
        this.where = line(where);
        this.problem = line(problem);
    }

    private static String line(String text) {
        int half = MAX_LENGTH / 2;
        String part =
                text.length() <= MAX_LENGTH
                        ? text
                        : text.substring(0, half) + " ... " + text.substring(text.length() - half);
        return part.replaceAll("[\\p{Cntrl}\u0080-\u009f\u2028\u2029]", "\ufffd");
    }

    /** The place: a file, byte offset or field path; empty if unknown. */
    public final String where() {
        return where;
    }

    /** The sentence without the place. */
    public final String problem() {
        return problem;
    }

    /**
     * The same error (same subtype) with {@code outer} put before the place, for callers that know
     * the file.
     */
    public FormatException within(String outer) {
        FormatException e = new FormatException(join(outer), problem);
        e.initCause(this);
        return e;
    }

    /** {@code outer} and the place of this error as one path. */
    protected final String join(String outer) {
        return where.isEmpty() ? outer : outer + ", " + where;
    }
}
