package quern.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import quern.error.FormatException;
import quern.formats.io.ByteSource;
import quern.numeric.ShortestDecimal;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * What the metadata of a model (the table {@code ModelMetadata}, identifier M001) says about the
 * labels of its outputs and the normalization of a picture.
 */
final class ModelMetadata {
    static final String NAME = "TFLITE_METADATA";

    private static final int SUBGRAPHS = 3;
    private static final int INPUTS = 2;
    private static final int OUTPUTS = 3;
    private static final int PROCESS_UNITS = 4;
    private static final int FILES = 6;
    private static final int FILE_NAME = 0;
    private static final int FILE_TYPE = 2;
    private static final int AXIS_LABELS = 2;
    private static final int VALUE_LABELS = 3;
    private static final int UNIT_TYPE = 0;
    private static final int UNIT_OPTIONS = 1;
    private static final int NORMALIZATION = 1;
    private static final int MEAN = 0;
    private static final int STD = 1;

    private final FlatTable root;
    private final AttachedFiles files;

    /**
     * @param bytes the content of the metadata's buffer
     * @param files behind the model
     */
    ModelMetadata(byte[] bytes, AttachedFiles files) {
        this.root = new FlatBuffer(new ByteSource(bytes)).root("metadata");
        this.files = files;
    }

    /**
     * Metadata of a graph: labels, and mean and deviation of the pixels of its only input.
     *
     * @param subgraph which of the model's subgraphs is read
     * @param inputs types of its inputs
     * @throws FormatException if the metadata or the archive are damaged
     */
    Map<String, String> read(int subgraph, List<TensorType> inputs) {
        Map<String, String> found = new TreeMap<>();
        List<FlatTable> subgraphs = root.tables(SUBGRAPHS, ".subgraph_metadata");
        if (subgraph >= subgraphs.size()) {
            return found;
        }
        FlatTable s = subgraphs.get(subgraph);
        labels(s).ifPresent(text -> found.put(TfliteReader.LABELS_KEY, text));
        List<FlatTable> described = s.tables(INPUTS, ".input_tensor_metadata");
        if (described.size() == 1 && inputs.size() == 1) {
            normalization(described.get(0), inputs.get(0), found);
        }
        return found;
    }

    private Optional<String> labels(FlatTable subgraph) {
        for (FlatTable output : subgraph.tables(OUTPUTS, ".output_tensor_metadata")) {
            for (FlatTable f : output.tables(FILES, ".associated_files")) {
                int type = f.u8(FILE_TYPE);
                if (type == AXIS_LABELS || type == VALUE_LABELS) {
                    return files.text(f.string(FILE_NAME))
                            .map(text -> String.join("\n", text.strip().split("\\R")));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Mean and deviation are in units of pixels from 0 to 255. A model that takes unsigned codes is
     * given the pixels themselves, whatever the metadata says of its float original.
     */
    private static void normalization(FlatTable input, TensorType type, Map<String, String> found) {
        Shape shape = type.shape();
        boolean picture = shape.rank() == 4 && (shape.dim(3) == 3 || shape.dim(3) == 1);
        for (FlatTable unit : input.tables(PROCESS_UNITS, ".process_units")) {
            Optional<FlatTable> options = unit.table(UNIT_OPTIONS, ".options");
            if (!picture || unit.u8(UNIT_TYPE) != NORMALIZATION || options.isEmpty()) {
                continue;
            }
            float[] mean = options.get().floats(MEAN);
            float[] std = options.get().floats(STD);
            if (type.dtype() == DType.U8 && type.quant() instanceof Quant.PerTensor q) {
                mean = new float[] {q.zeroPoint()};
                std = new float[] {1 / q.scale()};
            }
            if (isUsable(mean, std, shape.dim(3))) {
                found.put("quern.mean", text(mean));
                found.put("quern.std", text(std));
            }
        }
    }

    private static boolean isUsable(float[] mean, float[] std, int channels) {
        boolean fits = mean.length == std.length && (mean.length == 1 || mean.length == channels);
        for (int i = 0; fits && i < mean.length; i++) {
            fits = Float.isFinite(mean[i]) && Float.isFinite(std[i]) && std[i] > 0;
        }
        return fits;
    }

    private static String text(float[] values) {
        List<String> words = new ArrayList<>();
        for (float v : values) {
            words.add(ShortestDecimal.print(v));
        }
        return String.join(",", words);
    }
}
