package quern.cli.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import quern.cli.embedding.OutsideProgram.Way;
import quern.fixedpoint.Quantization;
import quern.formats.Models;
import quern.graph.Graph;
import quern.quant.Quantizer;
import quern.reference.ReferenceInterpreter;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A program outside the build gets the reference's bits from the library's jars, on the class path,
 * on the module path and in a run-time image, with a small heap and without a compiler.
 */
class EmbeddingIT {
    private static final List<String> SMALL_HEAP = List.of("-Xmx16m");
    private static final Path SHARED = Path.of(System.getProperty("quern.shared"));

    @TempDir static Path temp;
    private static OutsideProgram program;
    private static Case real;
    private static Case int8;

    /** A model and an input, as files, and what the program has to print. */
    private record Case(Path model, Path input, String printed) {}

    @BeforeAll
    static void make() throws Exception {
        program = new OutsideProgram(Files.createDirectories(temp.resolve("program")));
        if (OutsideProgram.canLink()) {
            program.link();
        }
        Graph model = Models.read(FashionImages.model());
        real = make(model, "float.qrn", FashionImages.test(0));
        Graph quantized = Quantizer.quantize(model, FashionImages.calibration(50));
        int8 = make(quantized, "int8.qrn", codes(FashionImages.test(0), quantized));
    }

    private static Case make(Graph graph, String name, Tensor input) throws Exception {
        Path file = temp.resolve(name);
        Models.write(graph, file);
        byte[] output = bytes(new ReferenceInterpreter(graph).run(List.of(input)).get(0));
        Path inputFile = Files.write(temp.resolve(name + ".in.bin"), bytes(input));
        return new Case(file, inputFile, FashionImages.label(0) + " " + sha256(output));
    }

    @ParameterizedTest
    @EnumSource
    void floatModel(Way way) throws Exception {
        assertPrints(real, way, List.of());
    }

    @ParameterizedTest
    @EnumSource
    void quantizedModelWithASmallHeap(Way way) throws Exception {
        assertPrints(int8, way, SMALL_HEAP);
    }

    @Test
    void interpretedOnly() throws Exception {
        assertPrints(real, Way.CLASS_PATH, List.of("-Xint"));
        assertPrints(int8, Way.CLASS_PATH, List.of("-Xint", "-Xmx16m"));
    }

    @ParameterizedTest
    @EnumSource
    void keywordSpottingWithASmallHeap(Way way) throws Exception {
        assertGolden("kws", "kws_dscnn_int8.tflite", way);
    }

    @ParameterizedTest
    @EnumSource
    void imageClassificationWithASmallHeap(Way way) throws Exception {
        assertGolden("resnet8", "ic_resnet8_int8.tflite", way);
    }

    @Test
    void theRunTimeImageHoldsTheLibraryAndTheBaseOnly() throws Exception {
        assumeCanLink();
        assertEquals(
                List.of("embedding", "java.base", "quern.formats", "quern.ops", "quern.runtime"),
                program.linkedModules());
    }

    private static void assertPrints(Case expected, Way way, List<String> jvmOptions)
            throws Exception {
        if (way == Way.RUN_TIME_IMAGE) {
            assumeCanLink();
        }
        String printed = program.run(way, jvmOptions, expected.model(), expected.input());
        assertEquals(expected.printed(), printed);
    }

    private static void assertGolden(String name, String file, Way way) throws Exception {
        Path cases = SHARED.resolve("golden").resolve(name).resolve("int8");
        Path model = SHARED.resolve("models/mlperf_tiny").resolve(file);
        assumeTrue(Files.isDirectory(cases) && Files.isRegularFile(model), "no shared models");
        for (String golden : List.of("random0", "gradient")) {
            byte[] output = Files.readAllBytes(cases.resolve(golden + ".out.bin"));
            String printed = greatest(output) + " " + sha256(output);
            Path input = cases.resolve(golden + ".in.bin");
            assertPrints(new Case(model, input, printed), way, SMALL_HEAP);
        }
    }

    private static int greatest(byte[] output) {
        int best = 0;
        for (int i = 1; i < output.length; i++) {
            best = output[i] > output[best] ? i : best;
        }
        return best;
    }

    private static void assumeCanLink() {
        assumeTrue(OutsideProgram.canLink(), "this JDK has no jlink");
    }

    private static Tensor codes(Tensor image, Graph graph) {
        TensorType type = graph.inputs().get(0).type();
        assertTrue(type.quant() instanceof Quant.PerTensor, "input type " + type);
        Quant.PerTensor quant = (Quant.PerTensor) type.quant();
        Tensor codes = Tensor.zeros(type);
        for (int i = 0; i < codes.elements(); i++) {
            int code =
                    Quantization.quantizeHalfAway(
                            image.real(i), quant.scale(), quant.zeroPoint(), -128, 127);
            codes.setInteger(i, code);
        }
        return codes;
    }

    private static byte[] bytes(Tensor tensor) {
        boolean real = tensor.dtype() == DType.F32;
        ByteBuffer bytes = ByteBuffer.allocate(tensor.elements() * (real ? Float.BYTES : 1));
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.elements(); i++) {
            if (real) {
                bytes.putFloat(tensor.real(i));
            } else {
                bytes.put((byte) tensor.code(i));
            }
        }
        return bytes.array();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
