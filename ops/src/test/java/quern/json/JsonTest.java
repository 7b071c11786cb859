package quern.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKindOfValue() {
        Json json =
                Json.parse(" {\"a\" : [1, -0, 2.5e-3, true, false, null], \"b\":{}, \"c\":[]}\n");
        List<Json> a = json.object().get("a").array();
        assertEquals(List.of("a", "b", "c"), List.copyOf(json.object().keySet()));
        assertEquals(1, a.get(0).integer());
        assertEquals(-0f, a.get(1).real32());
        assertEquals(0.0025, a.get(2).real64());
        assertEquals(true, a.get(3).bool());
        assertEquals(false, a.get(4).bool());
        assertEquals(new Json.Nothing(), a.get(5));
        assertEquals(0, json.object().get("b").object().size());
        assertEquals(List.of(), json.object().get("c").array());
    }

    @Test
    void readsEscapes() {
        assertEquals(
                "\"\\/\b\f\n\r\tA\u00e9",
                Json.parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\u00e9\"").text());
    }

    @Test
    void refusesTheWrongKind() {
        assertThrows(IllegalArgumentException.class, () -> Json.parse("1").text());
        assertThrows(IllegalArgumentException.class, () -> Json.parse("\"1\"").integer());
        assertThrows(IllegalArgumentException.class, () -> Json.parse("1.5").whole());
        assertThrows(ArithmeticException.class, () -> Json.parse("2147483648").integer());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\"}",
                "{a:1}",
                "{\"a\":1,\"a\":2}",
                "01",
                "1.",
                ".5",
                "+1",
                "-",
                "1e",
                "NaN",
                "tru",
                "nul",
                "1 2",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\t\"",
                "[1 2]",
                "'a'"
            })
    void refusesWhatIsNotJson(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.parse(text));
    }

    @Test
    void refusesDeepNesting() {
        assertThrows(IllegalArgumentException.class, () -> Json.parse("[".repeat(100_000)));
    }
}
