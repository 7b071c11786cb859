package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.op.Op;
import quern.op.OpSet;
import quern.op.activation.Relu;
import quern.op.shape.Reshape;

/** Every operator of Quern has a row: TFLite operators that are read as it, or a reason. */
class TfliteOpsTest {
    static Stream<Class<? extends Op>> operators() {
        return OpSet.standard().rows().stream().map(OpSet.Row::type);
    }

    @ParameterizedTest
    @MethodSource("operators")
    void everyOperatorHasARow(Class<? extends Op> type) {
        assertTrue(TfliteOps.has(type), type.getSimpleName() + " has no row in TfliteOps");
        assertEquals(
                TfliteOps.names(type).isEmpty(),
                !TfliteOps.absence(type).isEmpty(),
                "either TFLite operators or a reason");
    }

    @Test
    void namesAreThoseOfTheSchema() {
        assertEquals(List.of("RESHAPE", "SQUEEZE", "EXPAND_DIMS"), TfliteOps.names(Reshape.class));
        assertEquals(List.of("RELU"), TfliteOps.names(Relu.class));
        assertEquals("ADD", BuiltinOperators.name(0));
        assertEquals("CUSTOM", BuiltinOperators.name(BuiltinOperators.CUSTOM));
        assertEquals("BATCH_MATMUL", BuiltinOperators.name(126));
        assertEquals("STABLEHLO_LOGISTIC", BuiltinOperators.name(162));
        assertEquals("STABLEHLO_CASE", BuiltinOperators.name(209));
        assertEquals("builtin operator 210", BuiltinOperators.name(210));
        assertEquals("builtin operator -1", BuiltinOperators.name(-1));
    }

    @Test
    void everyFormAndItsVersionStandInTheReadme() throws IOException {
        String readme =
                Files.readString(
                        Path.of(System.getProperty("quern.root")).resolve("formats/README.md"));
        Stream.concat(
                        TfliteOps.withoutNode().stream(),
                        operators().flatMap(type -> TfliteOps.forms(type).stream()))
                .forEach(
                        form -> {
                            String entry = form.name() + " (" + form.version() + ")";
                            assertTrue(readme.contains(entry), entry);
                        });
    }
}
