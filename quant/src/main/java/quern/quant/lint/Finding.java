package quern.quant.lint;

/**
 * Something that is known to make quantizing go wrong; each text is a clause.
 *
 * @param rule short name of what was looked for, such as {@code mixed-concat}
 * @param where name of the value or input
 * @param why it may go wrong
 * @param done what the quantized model has because of it
 * @param override how to have it otherwise, in options of {@code quern quantize}
 */
public record Finding(String rule, String where, String why, String done, String override) {}
