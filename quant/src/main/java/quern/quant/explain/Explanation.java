package quern.quant.explain;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The derivation of one element.
 *
 * @param value name of the tensor
 * @param index of the element along each axis
 * @param operator that makes it; {@code input} for an input
 * @param code as stored; empty for real numbers
 * @param real the number that it stands for
 * @param type of the tensor, as text
 * @param formula of the operator, with the numbers of this element
 * @param operands other elements that it is made of, where they are few
 * @param layer the accumulator, for layers of codes
 * @param function for other operators on codes what they would make in float
 */
public record Explanation(
        String value,
        List<Integer> index,
        String operator,
        Optional<Long> code,
        double real,
        String type,
        String formula,
        List<Operand> operands,
        Optional<Layer> layer,
        Optional<Function> function) {
    /**
     * An element of an input of the node.
     *
     * @param code as stored; empty for real numbers
     */
    public record Operand(String value, int element, Optional<Long> code, double real) {}

    /**
     * The accumulator of a layer and what becomes of it. All errors are exact and add up to the
     * distance of the result from float.
     *
     * @param taps in the order of the weights
     * @param inputZero zero point of the input
     * @param weightZero zero point of the weights of this channel
     * @param bias in units of the accumulator
     * @param accumulator the sum
     * @param bits that the accumulator needs, its sign included
     * @param rounding mode of the node
     * @param multiplier the real factor from accumulator to output steps
     * @param steps of the requantization, each a sentence with its numbers
     * @param zero zero point of the output
     * @param unclamped the code before it is limited
     * @param min least code
     * @param max largest code
     * @param shadow the value in float
     * @param errors by source, in a fixed order
     */
    public record Layer(
            List<Tap> taps,
            int inputZero,
            int weightZero,
            long bias,
            long accumulator,
            int bits,
            String rounding,
            double multiplier,
            List<String> steps,
            int zero,
            long unclamped,
            int min,
            int max,
            BigDecimal shadow,
            Map<String, BigDecimal> errors) {
        public Layer {
            taps = List.copyOf(taps);
            steps = List.copyOf(steps);
            errors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(errors));
        }

        /** The sum of all errors: the distance of the result from float. */
        public BigDecimal error() {
            return errors.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    /**
     * An operator on codes beside itself in float. All errors are exact and add up to the distance
     * of the result from float.
     *
     * @param ideal what it makes in float32 of what its operands' codes stand for
     * @param shadow the value in the float model
     * @param errors by source, in a fixed order
     */
    public record Function(BigDecimal ideal, BigDecimal shadow, Map<String, BigDecimal> errors) {
        public Function {
            errors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(errors));
        }

        /** The sum of all errors: the distance of the result from float. */
        public BigDecimal error() {
            return errors.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    public Explanation {
        index = List.copyOf(index);
        operands = List.copyOf(operands);
    }
}
