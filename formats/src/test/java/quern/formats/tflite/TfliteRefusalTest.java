package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.formats.Models;

/** Files that are refused, each with a sentence that says what and where. */
class TfliteRefusalTest {
    private static final String OP0 = "tiny.tflite, subgraphs[0].operators[0] ";

    /** Files with one thing wrong, by the message that they must give. */
    private static Map<String, TinyModel> wrong() {
        Map<String, TinyModel> all = new TreeMap<>();
        all.put(
                "tiny.tflite, version: schema version 3 was expected, but this is 2",
                TinyModels.convInt8().changeModel(t -> t.with(0, 2)));
        all.put(
                "tiny.tflite, subgraphs: at least one was expected",
                TinyModels.convInt8().changeModel(t -> t.without(2)));
        all.put(
                OP0 + "CONV_2D, inputs: input 1 is missing",
                TinyModels.convInt8().changeOperator(0, t -> t.with(1, Flat.ints(0))));
        all.put(
                OP0 + "CONV_2D, inputs: 3 inputs at most were expected, not 4",
                TinyModels.convInt8().changeOperator(0, t -> t.with(1, Flat.ints(0, 1, 2, 2))));
        all.put(
                OP0 + "CONV_2D, inputs: tensor 99 does not exist; there are 4 tensors",
                TinyModels.convInt8().changeOperator(0, t -> t.with(1, Flat.ints(0, 99, 2))));
        all.put(
                OP0 + "CONV_2D, outputs: at least one output was expected",
                TinyModels.convInt8().changeOperator(0, t -> t.without(2)));
        all.put(
                OP0 + "CONV_2D, builtin_options: they are missing",
                TinyModels.convInt8().changeOperator(0, t -> t.without(4)));
        all.put(
                "tiny.tflite, subgraphs[0].operators[0]: operator code 7 does not exist",
                TinyModels.convInt8().changeOperator(0, t -> t.with(0, 7)));
        all.put(
                OP0 + "CONV_2D, w: the tensor is read, but it has no data",
                TinyModels.convInt8().changeTensor(1, t -> t.with(2, 0)));
        all.put(
                "subgraphs[0].tensors[1] w: buffer 9 does not exist; there are 3 buffers",
                TinyModels.convInt8().changeTensor(1, t -> t.with(2, 9)));
        all.put(
                "subgraphs[0].tensors[1] w: S8[3,2,1,2] axis=0 with 3 scales takes 12 bytes, but its buffer has 3",
                TinyModels.convInt8()
                        .changeBuffer(1, t -> t.with(0, Flat.bytes(new byte[] {1, 2, 3}))));
        all.put(
                "subgraphs[0].tensors[1] w, offset 4096: 12 bytes were expected here",
                TinyModels.convInt8().changeBuffer(1, t -> t.with(1, 4096L).with(2, 12L)));
        all.put(
                "subgraphs[0].tensors[1] w: data outside of the file",
                TinyModels.convInt8().changeTensor(1, t -> t.with(10, 1)));
        all.put(
                OP0
                        + "CONV_2D, w: the variable tensor is read by an operator that does not replace it",
                TinyModels.convInt8().changeTensor(1, t -> t.with(5, (byte) 1)));
        all.put(
                "subgraphs[0].tensors[1] w, sparsity: levels do not fit [3,2,1,2]",
                TinyModels.convInt8().changeTensor(1, t -> t.with(6, Flat.table())));
        all.put(
                "subgraphs[0].tensors[0] x: element type STRING is not supported",
                TinyModels.convInt8().changeTensor(0, t -> t.with(1, (byte) 5)));
        all.put(
                "subgraphs[0].tensors[0] x: element type 77 is not supported",
                TinyModels.convInt8().changeTensor(0, t -> t.with(1, (byte) 77)));
        all.put(
                "subgraphs[0].tensors[0] x: dimension -1 is negative",
                TinyModels.convInt8().changeTensor(0, t -> t.with(0, Flat.ints(-1, 5, 4, 2))));
        all.put(
                "subgraphs[0].tensors[0] x: quantization scale 0.0 is not a positive finite number",
                TinyModels.convInt8().quantize(0, 0, 0));
        all.put(
                "quantization scale NaN is not a positive finite number",
                TinyModels.convInt8().quantize(0, Float.NaN, 0));
        all.put(
                "quantization: zero point 9223372036854775807 is out of range",
                TinyModels.convInt8().quantize(0, 1, Long.MAX_VALUE));
        all.put(
                "zero point 128 is outside the code range -128..127",
                TinyModels.convInt8().quantize(0, 1, 128));
        all.put(
                "quantization: 1 scales need as many zero points, not 0",
                TinyModels.convInt8().quantize(0, new float[] {1}, new long[0], 0));
        all.put(
                "2 scales along axis 0 do not fit shape [3,2,1,2]",
                TinyModels.convInt8().quantize(1, new float[] {1, 1}, new long[2], 0));
        all.put(
                OP0
                        + "CONV_2D, bias: the scale of channel 1 is 0.3, not input scale * weight scale",
                TinyModels.convInt8()
                        .quantize(2, new float[] {0.125f, 0.3f, 0.5f}, new long[3], 0));
        all.put(
                OP0 + "CONV_2D, bias: its zero point must be 0, not 1",
                TinyModels.convInt8()
                        .quantize(2, new float[] {0.125f, 0.25f, 0.5f}, new long[] {0, 1, 0}, 0));
        all.put(
                "its output has shape [1,2,4,3], not [1,2,4,4]",
                TinyModels.convInt8().changeTensor(3, t -> t.with(0, Flat.ints(1, 2, 4, 4))));
        all.put(
                OP0 + "DEPTHWISE_CONV_2D, builtin_options: depth multiplier 3 does not fit",
                TinyModels.depthwiseInt8()
                        .changeOperator(
                                0, t -> t.with(4, ((Flat.Table) t.fields().get(4)).with(3, 3))));
        all.put(
                "x: an input of the model must not have data",
                TinyModels.convInt8().changeTensor(0, t -> t.with(2, 1)));
        all.put(
                "padding number 2 is unknown",
                TinyModels.imageFloat()
                        .changeOperator(
                                0,
                                t ->
                                        t.with(
                                                4,
                                                ((Flat.Table) t.fields().get(4))
                                                        .with(0, (byte) 2))));
        return all;
    }

    static Stream<Map.Entry<String, TinyModel>> wrongFiles() {
        return wrong().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("wrongFiles")
    void saysWhatIsWrongAndWhere(Map.Entry<String, TinyModel> file) {
        FormatException e = assertThrows(FormatException.class, () -> file.getValue().read());
        assertTrue(
                e.getMessage().contains(file.getKey()),
                () -> "expected: " + file.getKey() + "\nmessage:  " + e.getMessage());
        assertTrue(e.getMessage().startsWith("tiny.tflite, "), e::getMessage);
    }

    /** Operators and forms of operators that are not supported, by the end of the message. */
    private static Map<String, TinyModel> unsupported() {
        Map<String, TinyModel> all = new TreeMap<>();
        all.put(
                "operators[0], which makes y: operator LSH_PROJECTION is not supported: this version does not have it;",
                TinyModels.convInt8().changeCode(0, t -> t.with(0, (byte) 15).with(3, 15)));
        all.put(
                "operator SKIP_GRAM is not supported: this version does not have it (the model also uses CUSTOM Foo);",
                TinyModels.quantize()
                        .changeCode(0, t -> t.with(0, (byte) 30).with(3, 30))
                        .changeCode(
                                2,
                                t -> t.with(0, (byte) 32).with(3, 32).with(1, Flat.string("Foo"))));
        all.put(
                "operator STABLEHLO_PAD is not supported",
                TinyModels.convInt8().changeCode(0, t -> t.with(0, (byte) 127).with(3, 195)));
        all.put(
                "operator CONV_2D is not supported: version 9 of it is newer than version 8",
                TinyModels.convInt8().changeCode(0, t -> t.with(2, 9)));
        all.put(
                "operator FULLY_CONNECTED is not supported: shuffled weights",
                TinyModels.fullyConnectedHybrid()
                        .changeOperator(0, t -> t.with(4, Flat.table().with(1, (byte) 1))));
        all.put(
                "operator FULLY_CONNECTED is not supported: the fused activation number 4",
                TinyModels.fullyConnectedHybrid()
                        .changeOperator(0, t -> t.with(4, Flat.table().with(0, (byte) 4))));
        all.put(
                "operator RESHAPE is not supported: shape that depend on the model's inputs",
                TinyModels.shapes()
                        .changeTensor(1, t -> t.with(2, 0))
                        .changeSubgraph(s -> s.with(1, Flat.ints(0, 1))));
        all.put(
                "operator WHERE is not supported: the shape of its result depends on the values",
                TinyModels.logic()
                        .changeTensor(20, t -> t.with(2, 0))
                        .changeSubgraph(s -> s.with(1, Flat.ints(0, 20))));
        all.put(
                "operator L2_NORMALIZATION is not supported: a fused activation",
                TinyModels.reducedInt8()
                        .changeOperator(0, t -> t.with(4, Flat.table().with(0, (byte) 1))));
        return all;
    }

    static Stream<Map.Entry<String, TinyModel>> unsupportedFiles() {
        return unsupported().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("unsupportedFiles")
    void namesWhatIsNotSupported(Map.Entry<String, TinyModel> file) {
        UnsupportedOpException e =
                assertThrows(UnsupportedOpException.class, () -> file.getValue().read());
        assertTrue(
                e.getMessage().contains(file.getKey()),
                () -> "expected: " + file.getKey() + "\nmessage:  " + e.getMessage());
    }

    @Test
    void whatIsNoTfliteFileIsToldSo() {
        for (byte[] bytes : List.of(new byte[0], new byte[7], "PK\3\4 not a model".getBytes())) {
            FormatException e =
                    assertThrows(
                            FormatException.class,
                            () -> Models.read(bytes, "a.tflite", Limits.standard()));
            assertEquals(
                    "a.tflite, offset 4: this is not a TFLite model: the identifier TFL3 is missing",
                    e.getMessage());
        }
    }

    @Test
    void aTableThatIsNamedAThousandTimesIsNotBelieved() {
        Flat.Table tensor =
                Flat.table().with(0, Flat.ints(1)).with(3, Flat.string("a".repeat(100_000)));
        byte[] file =
                TinyModels.convInt8()
                        .changeSubgraph(s -> s.with(0, new Flat.Repeated(tensor, 3000)))
                        .bytes();
        assertTrue(file.length < 200_000);
        FormatException e =
                assertThrows(
                        FormatException.class,
                        () -> Models.read(file, "a.tflite", Limits.standard()));
        assertTrue(
                e.problem().equals("the file describes more than it can hold: its parts overlap"),
                e::getMessage);
    }

    @Test
    void limitsAreKept() {
        byte[] file = TinyModels.convInt8().bytes();
        Limits standard = Limits.standard();
        Map<Limits, String> broken =
                Map.of(
                        standard.withFileBytes(file.length - 1),
                        "bytes of a file are more than the limit of " + (file.length - 1),
                        standard.withNodes(0),
                        "1 nodes are more than the limit of 0",
                        standard.withTensorBytes(39),
                        "x: 40 bytes of a tensor are more than the limit of 39",
                        standard.withConstantBytes(23),
                        "24 constant bytes are more than the limit of 23");
        broken.forEach(
                (limits, message) -> {
                    FormatException e =
                            assertThrows(
                                    FormatException.class,
                                    () -> Models.read(file, "a.tflite", limits));
                    assertTrue(e.getMessage().endsWith(message), e::getMessage);
                });
        Models.read(file, "a.tflite", new Limits(file.length, 0, 1, 40, 24));
    }
}
