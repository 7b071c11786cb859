package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import quern.cli.ModelFile;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.detection.Box;
import quern.formats.Models;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.Activation;
import quern.op.math.Add;
import quern.op.math.Exp;
import quern.op.math.Mul;
import quern.op.shape.Concat;
import quern.op.shape.Slice;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * A detector that decodes its boxes itself joins pixels and scores into one output, whose common
 * scale leaves nothing of the scores.
 */
@Tag("long")
class DecodedDetectorTest {
    private static final int SIDE = 416;
    private static final float SEEN = 0.3f;
    private static final String[] IMAGE = {
        "--image", SIDE + "x" + SIDE + ":letterbox=top-left,114", "--channels", "bgr"
    };

    @TempDir private Path temp;

    @CommandLine.Command(name = "data")
    private static final class Data {
        @CommandLine.Mixin private DataOptions options;
    }

    static boolean hasShared() {
        return Cli.hasShared();
    }

    @Test
    @EnabledIf("hasShared")
    void scoresBesidePixelsAreLostWithoutTheGuard() throws IOException {
        Path coco = Cli.SHARED.resolve("data/coco");
        Path yolox = Cli.SHARED.resolve("models/detection/yolox_nano_416.onnx");
        Path real = temp.resolve("decoded.qrn");
        Models.write(decoded(ModelFile.read(yolox).simplified()), real);
        Path guarded = quantized(real, coco, "--guards");
        Path plain = quantized(real, coco, "--no-guards");
        List<List<Box>> known = boxes(real, coco);
        long all = known.stream().mapToLong(List::size).sum();
        assertTrue(all >= 30, all + " boxes");
        double lost = found(known, boxes(plain, coco)) / (double) all;
        double kept = found(known, boxes(guarded, coco)) / (double) all;
        assertTrue(lost <= 0.05, lost + " of the boxes are found without the guard");
        assertTrue(kept >= 0.85, kept + " of the boxes are found with it");
    }

    private Path quantized(Path real, Path coco, String guards) {
        Path out = temp.resolve(guards + ".qrn");
        List<Object> words = new ArrayList<>(List.of("quantize", real, out, guards));
        words.addAll(List.of("--calibrate", coco.resolve("train2017/images"), "--samples", 16));
        words.addAll(Arrays.asList(IMAGE));
        Cli.ok(words.toArray());
        return out;
    }

    /** Appends what turns offsets and logarithms into centres and sizes in pixels. */
    private static Graph decoded(Graph graph) {
        GraphBuilder b = new GraphBuilder("decoded").rounding(graph.rounding());
        for (Value v : graph.inputs()) {
            b.input(v.name(), v.type());
        }
        graph.constants().forEach(b::constant);
        graph.nodes().forEach((Node n) -> b.add(n));
        String y = graph.outputs().get(0);
        int cells = graph.type(y).shape().dim(1);
        int columns = graph.type(y).shape().dim(2);
        float[] corner = new float[2 * cells];
        float[] stride = new float[cells];
        int at = 0;
        for (int s : new int[] {8, 16, 32}) {
            for (int cell = 0; cell < SIDE / s * (SIDE / s); cell++, at++) {
                corner[2 * at] = cell % (SIDE / s);
                corner[2 * at + 1] = cell / (SIDE / s);
                stride[at] = s;
            }
        }
        String grid = b.constant("grid", tensor(corner, 1, cells, 2));
        String strides = b.constant("strides", tensor(stride, 1, cells, 1));
        Ints two = Ints.of(1, cells, 2);
        String offsets = b.add("offsets", Slice.of(Ints.of(0, 0, 0), two), y);
        String logs = b.add("logs", Slice.of(Ints.of(0, 0, 2), two), y);
        Ints rest = Ints.of(1, cells, columns - 4);
        String scores = b.add("scores", Slice.of(Ints.of(0, 0, 4), rest), y);
        String cell = b.add("cell", new Add(Activation.NONE, false), offsets, grid);
        String centre = b.add("centre", new Mul(Activation.NONE), cell, strides);
        String sizes =
                b.add("sizes", new Mul(Activation.NONE), b.add("e", new Exp(), logs), strides);
        return b.output(b.add("boxes", new Concat(2), centre, sizes, scores)).build();
    }

    private static Tensor tensor(float[] values, int... dims) {
        Tensor t = Tensor.zeros(TensorType.of(DType.F32, Shape.of(dims)));
        for (int i = 0; i < values.length; i++) {
            t.setReal(i, values[i]);
        }
        return t;
    }

    private static List<List<Box>> boxes(Path model, Path coco) throws IOException {
        Data data = new Data();
        new CommandLine(data).parseArgs(IMAGE);
        Graph graph = ModelFile.read(model).simplified();
        List<List<Box>> all = new ArrayList<>();
        String pictures = coco.resolve("val2017/images").toString();
        try (DataSet samples = DataSet.open(pictures, data.options, graph, DataSet.ALL);
                Session session = Session.open(graph)) {
            for (int i = 0; i < Math.min(16, samples.size()); i++) {
                all.add(boxes(session.run(samples.inputs(i).toArray(Tensor[]::new)).get(0)));
            }
        }
        return all;
    }

    private static List<Box> boxes(Tensor t) {
        List<Box> boxes = new ArrayList<>();
        int columns = t.shape().dim(2);
        for (int cell = 0; cell < t.shape().dim(1); cell++) {
            int row = cell * columns;
            int best = 5;
            for (int c = 5; c < columns; c++) {
                best = real(t, row + c) > real(t, row + best) ? c : best;
            }
            float score = real(t, row + 4) * real(t, row + best);
            if (score >= SEEN) {
                float x = real(t, row);
                float y = real(t, row + 1);
                float w = real(t, row + 2) / 2;
                float h = real(t, row + 3) / 2;
                boxes.add(new Box(best - 5, score, x - w, y - h, x + w, y + h));
            }
        }
        return boxes;
    }

    private static float real(Tensor t, int i) {
        return t.dtype() == DType.F32
                ? t.real(i)
                : (t.integer(i) - t.type().zeroPoint(0)) * t.type().scale(0);
    }

    /** How many boxes have one of their class in about the same place. */
    private static long found(List<List<Box>> known, List<List<Box>> others) {
        long found = 0;
        for (int i = 0; i < known.size(); i++) {
            List<Box> there = others.get(i);
            found +=
                    known.get(i).stream()
                            .filter(
                                    b ->
                                            there.stream()
                                                    .anyMatch(
                                                            o ->
                                                                    o.category() == b.category()
                                                                            && o.overlap(b) > 0.6))
                            .count();
        }
        return found;
    }
}
