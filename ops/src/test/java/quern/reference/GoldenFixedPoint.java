package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quern.fixedpoint.FixedPoint;
import quern.fixedpoint.FixedPointMath;
import quern.fixedpoint.InverseSqrt;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.RoundingMode;
import quern.fixedpoint.SoftmaxScale;
import quern.json.Json;

/** Golden cases of arithmetic primitives: columns of arguments and of results. */
final class GoldenFixedPoint {
    private static final String MULTIPLIER = "multiplier";
    private static final String SHIFT = "shift";

    /** One element of each column; scalars stand for a column of equal elements. */
    private record Arguments(GoldenFields columns, int k) {
        Json at(String name) {
            Json column = columns.field(name);
            return column instanceof Json.Arr a ? a.items().get(k) : column;
        }

        int integer(String name) {
            return at(name).integer();
        }
    }

    /** Result columns by name; a single result has no name. */
    private interface Primitive {
        Map<String, Integer> apply(Arguments a, RoundingMode mode);
    }

    private static final Map<String, Primitive> PRIMITIVES = new LinkedHashMap<>();

    static {
        PRIMITIVES.put(
                "quantize_multiplier",
                (a, mode) -> named(Multiplier.of(a.at("value").real64(), mode), SHIFT));
        PRIMITIVES.put("multiply_by_quantized_multiplier", GoldenFixedPoint::multiply);
        PRIMITIVES.put("multiply_by_quantized_multiplier_wrapping", GoldenFixedPoint::multiply);
        PRIMITIVES.put(
                "multiply_by_quantized_multiplier_int64",
                (a, mode) ->
                        one(
                                FixedPoint.multiplyByQuantizedMultiplierInt64(
                                        a.at("x").whole(),
                                        a.integer(MULTIPLIER),
                                        a.integer(SHIFT))));
        PRIMITIVES.put(
                "saturating_rounding_doubling_high_mul",
                (a, mode) ->
                        one(
                                FixedPoint.saturatingRoundingDoublingHighMul(
                                        a.integer("a"), a.integer("b"))));
        PRIMITIVES.put(
                "rounding_divide_by_pot",
                (a, mode) ->
                        one(FixedPoint.roundingDivideByPot(a.integer("x"), a.integer("exponent"))));
        PRIMITIVES.put("preprocess_softmax_scaling", GoldenFixedPoint::softmaxScaling);
        PRIMITIVES.put(
                "exp_on_negative_values_q5_26",
                (a, mode) -> one(FixedPointMath.expOnNegativeValues(a.integer("x"))));
        PRIMITIVES.put(
                "one_over_one_plus_x_for_x_in_0_1_q0_31",
                (a, mode) -> one(FixedPointMath.oneOverOnePlusX(a.integer("x"))));
        PRIMITIVES.put("logistic_q4_27", (a, mode) -> one(FixedPointMath.logistic(a.integer("x"))));
        PRIMITIVES.put("tanh_q4_27", (a, mode) -> one(FixedPointMath.tanh(a.integer("x"))));
        PRIMITIVES.put("get_inv_sqrt_quantized_multiplier_exp", GoldenFixedPoint::inverseSqrt);
    }

    private GoldenFixedPoint() {}

    static void check(String where, Json json) {
        GoldenFields f = new GoldenFields(where, json);
        f.text("id");
        f.optional("note");
        String op = f.text("op");
        Primitive primitive = PRIMITIVES.get(op);
        if (primitive == null) {
            throw new AssertionError(where + ": unknown fixed-point operation " + op);
        }
        compare(where, primitive, f, f.field("expected"), RoundingMode.DOUBLE);
        Optional<Json> single = f.optional("expected_single_rounding");
        single.ifPresent(e -> compare(where, primitive, f, e, RoundingMode.SINGLE));
        f.requireAllRead();
    }

    private static void compare(
            String where, Primitive primitive, GoldenFields f, Json expected, RoundingMode mode) {
        Map<String, Json> columns =
                expected instanceof Json.Obj o ? o.fields() : Map.of("", expected);
        int size = columns.values().iterator().next().array().size();
        if (size == 0) {
            throw new AssertionError(where + " expects nothing");
        }
        for (int k = 0; k < size; k++) {
            Map<String, Integer> result = primitive.apply(new Arguments(f, k), mode);
            assertEquals(columns.keySet(), result.keySet(), where + ": columns of results");
            for (String name : result.keySet()) {
                List<Json> column = columns.get(name).array();
                assertEquals(
                        column.get(k).integer(),
                        result.get(name),
                        where + ", " + mode.label() + ", " + name + "[" + k + "]");
                assertEquals(size, column.size(), where + ": length of columns");
            }
        }
    }

    private static Map<String, Integer> one(int result) {
        return Map.of("", result);
    }

    private static Map<String, Integer> named(Multiplier m, String shift) {
        return Map.of(MULTIPLIER, m.mantissa(), shift, m.shift());
    }

    private static Map<String, Integer> multiply(Arguments a, RoundingMode mode) {
        return one(
                FixedPoint.multiplyByQuantizedMultiplier(
                        a.integer("x"), a.integer(MULTIPLIER), a.integer(SHIFT), mode));
    }

    private static Map<String, Integer> softmaxScaling(Arguments a, RoundingMode mode) {
        SoftmaxScale s =
                SoftmaxScale.of(
                        a.at("beta").real32(),
                        a.at("input_scale").real32(),
                        a.integer("input_integer_bits"),
                        mode);
        return Map.of(
                MULTIPLIER, s.mantissa(), "left_shift", s.leftShift(), "diff_min", s.diffMin());
    }

    private static Map<String, Integer> inverseSqrt(Arguments a, RoundingMode mode) {
        // The reference returns the shift times reverse_shift, -1 for a right shift.
        Multiplier m = InverseSqrt.of(a.integer("x"));
        return Map.of(MULTIPLIER, m.mantissa(), SHIFT, -m.shift() * a.integer("reverse_shift"));
    }
}
