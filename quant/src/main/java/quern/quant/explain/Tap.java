package quern.quant.explain;

import java.math.BigDecimal;

/**
 * One product of an accumulator.
 *
 * @param input element of the input, counted in row-major order
 * @param weight element of the weights
 * @param x code of the input
 * @param w code of the weight
 * @param product of both without their zero points
 * @param inputError what the input's distance from float adds to the result, exactly
 * @param weightError what the weight's distance from float adds
 */
public record Tap(
        int input,
        int weight,
        int x,
        int w,
        long product,
        BigDecimal inputError,
        BigDecimal weightError) {}
