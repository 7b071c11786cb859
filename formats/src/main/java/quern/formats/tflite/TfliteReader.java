package quern.formats.tflite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quern.error.FormatException;
import quern.error.UnsupportedOpException;
import quern.formats.Limits;
import quern.formats.io.ByteSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;

/**
 * Reads {@code .tflite} files: the first subgraph, or that of a signature; one node for each
 * operator of the file, and a Dequantize node for quantized weights of a float operator. Values
 * have the names of the file's tensors, made unique; nodes have rounding mode {@code double}.
 * Subgraphs of loops and branches become graphs inside of their operators, variables become states.
 */
public final class TfliteReader {
    /** Metadata key of a graph: the format that it was read from. */
    public static final String FORMAT_KEY = "source.format";

    /** Metadata key of a graph: the file's own description. */
    public static final String DESCRIPTION_KEY = "source.description";

    /** Metadata key of a graph: the key of the signature that was read. */
    public static final String SIGNATURE_KEY = "source.signature";

    /**
     * Metadata key of a graph: what the signature calls inputs and outputs, a line {@code
     * name=value} for each that has another name in the graph.
     */
    public static final String NAMES_KEY = "source.names";

    /** Metadata key of a graph: why the metadata of the file could not be read. */
    public static final String METADATA_ERROR_KEY = "source.metadata.error";

    /** Metadata key of a graph: labels of its outputs, one a line. */
    public static final String LABELS_KEY = "labels";

    private static final int IDENTIFIER_AT = 4;
    private static final int METADATA_NAME = 0;
    private static final int METADATA_BUFFER = 1;

    private final ByteSource source;
    private final FlatTable model;
    private final TfliteSubgraphs subgraphs;
    private final GraphBuilder graph;

    private TfliteReader(ByteSource source, String name, Limits limits) {
        if (source.size() < IDENTIFIER_AT + Schema.IDENTIFIER.length()
                || !source.lenientUtf8(IDENTIFIER_AT, Schema.IDENTIFIER.length())
                        .equals(Schema.IDENTIFIER)) {
            throw new FormatException(
                    "offset " + IDENTIFIER_AT,
                    "this is not a TFLite model: the identifier "
                            + Schema.IDENTIFIER
                            + " is missing");
        }
        this.source = source;
        FlatBuffer file = new FlatBuffer(source);
        this.model = file.root("");
        long version = model.u32(Schema.MODEL_VERSION);
        if (version != Schema.VERSION) {
            throw new FormatException(
                    "version", "schema version 3 was expected, but this is " + version);
        }
        this.subgraphs = new TfliteSubgraphs(file, model, limits);
        this.graph = new GraphBuilder(name);
    }

    /**
     * Reads the graph of the first subgraph.
     *
     * @param bytes the content of the file, not changed and not kept
     * @param name of the graph
     * @throws FormatException with the place if anything in the file is wrong
     * @throws UnsupportedOpException if the model uses an operator that Quern does not have
     */
    public static Graph read(byte[] bytes, String name, Limits limits) {
        return read(bytes, name, limits, Optional.empty());
    }

    /**
     * Reads the graph of a signature, or of the first subgraph if none is asked for.
     *
     * @param bytes the content of the file, not changed and not kept
     * @param name of the graph
     * @param signature a key of the file's signatures
     * @throws FormatException with the place if anything in the file is wrong, or there is no such
     *     signature
     * @throws UnsupportedOpException if the model uses an operator that Quern does not have
     */
    public static Graph read(byte[] bytes, String name, Limits limits, Optional<String> signature) {
        return new TfliteReader(new ByteSource(bytes), name, limits).graph(signature);
    }

    private Graph graph(Optional<String> wanted) {
        graph.metadata(FORMAT_KEY, "tflite");
        String description = model.string(Schema.MODEL_DESCRIPTION);
        if (!description.isEmpty()) {
            graph.metadata(DESCRIPTION_KEY, description);
        }
        Optional<FlatTable> signature = signature(wanted);
        int index = signature.map(s -> s.s32(Schema.SIGNATURE_SUBGRAPH, 0)).orElse(0);
        signature.ifPresent(s -> names(s, index));
        metadata(index);
        return subgraphs.whole(index, graph);
    }

    /** The signature with this key; if none is asked for, that of the first subgraph. */
    private Optional<FlatTable> signature(Optional<String> wanted) {
        List<FlatTable> all = model.tables(Schema.MODEL_SIGNATURES, "signature_defs");
        List<String> keys = new ArrayList<>();
        for (FlatTable s : all) {
            String key = s.string(Schema.SIGNATURE_KEY);
            keys.add(key);
            if (wanted.map(key::equals).orElseGet(() -> s.u32(Schema.SIGNATURE_SUBGRAPH) == 0)) {
                return Optional.of(s);
            }
        }
        if (wanted.isPresent()) {
            throw new FormatException(
                    "signature_defs",
                    "there is no signature " + wanted.get() + "; the file has " + keys);
        }
        return Optional.empty();
    }

    /** Metadata is a hint: what is wrong in it keeps no model from being read. */
    private void metadata(int subgraph) {
        for (FlatTable entry : model.tables(Schema.MODEL_METADATA, "metadata")) {
            if (entry.string(METADATA_NAME).equals(ModelMetadata.NAME)) {
                try {
                    byte[] bytes = subgraphs.buffer(entry.u32(METADATA_BUFFER));
                    new ModelMetadata(bytes, new AttachedFiles(source))
                            .read(subgraph, subgraphs.inputs(subgraph))
                            .forEach(graph::metadata);
                } catch (FormatException e) {
                    graph.metadata(METADATA_ERROR_KEY, e.getMessage());
                }
            }
        }
    }

    private void names(FlatTable signature, int subgraph) {
        TfliteTensors tensors = subgraphs.tensors(subgraph);
        List<String> lines = new ArrayList<>();
        for (int field : new int[] {Schema.SIGNATURE_INPUTS, Schema.SIGNATURE_OUTPUTS}) {
            for (FlatTable map : signature.tables(field, ".maps")) {
                int index = map.s32(Schema.TENSOR_MAP_INDEX, 0);
                String value = tensors.name(tensors.require(index, map.path()));
                String name = map.string(Schema.TENSOR_MAP_NAME);
                if (!name.equals(value)) {
                    lines.add(name + "=" + value);
                }
            }
        }
        graph.metadata(SIGNATURE_KEY, signature.string(Schema.SIGNATURE_KEY));
        if (!lines.isEmpty()) {
            graph.metadata(NAMES_KEY, String.join("\n", lines));
        }
    }
}
