package quern.graph;

/**
 * A tensor that lives from run to run, such as recurrent state: it is read under the name of {@code
 * value} and replaced, when a run ends, by the value named {@code next}.
 *
 * @param value name and type of the state as nodes read it
 * @param initial name of the constant with the first content; empty for real zero (the zero point
 *     of a quantized type)
 * @param next name of the value of the same type that becomes the state of the next run
 */
public record State(Value value, String initial, String next) {}
