package quern.op;

/**
 * How many inputs and outputs an operator has.
 *
 * @param required inputs that must be present, the first ones
 * @param inputs most inputs; between {@code required} and this number they are optional
 * @param outputs number of outputs; {@link #VARIADIC} if it depends on the attributes
 */
public record Arity(int required, int inputs, int outputs) {
    /** Any number. */
    public static final int VARIADIC = Integer.MAX_VALUE;

    /** {@code n} required inputs, one output. */
    public static Arity of(int n) {
        return new Arity(n, n, 1);
    }

    /** Between {@code required} and {@code inputs} inputs, one output. */
    public static Arity optional(int required, int inputs) {
        return new Arity(required, inputs, 1);
    }

    /** {@code required} inputs or more, one output. */
    public static Arity variadic(int required) {
        return new Arity(required, VARIADIC, 1);
    }
}
