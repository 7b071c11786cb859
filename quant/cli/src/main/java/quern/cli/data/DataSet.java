package quern.cli.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Value;
import quern.tensor.Tensor;

/**
 * Samples for the inputs of a model, read one by one when they are asked for; only one is held.
 *
 * <p>Of {@code total} samples from offset K on, N are taken: those with index {@code K + floor(i *
 * (total - K) / N)} for i from 0 to N - 1. Inputs are matched by file stem if the samples of each
 * are files of their own, else by row. Used by one thread; ascending order is fastest.
 */
public final class DataSet implements AutoCloseable {
    /** Number of samples that stands for all of them. */
    public static final int ALL = 0;

    private final List<Source> sources;
    private final List<Conversion> conversions;
    private final List<int[]> rows;
    private final Optional<Labels> labels;

    private DataSet(
            List<Source> sources,
            List<Conversion> conversions,
            List<int[]> rows,
            Optional<Labels> labels) {
        this.sources = sources;
        this.conversions = conversions;
        this.rows = rows;
        this.labels = labels;
    }

    /**
     * Opens data for a model.
     *
     * @param spec DATA of the command line: {@code [NAME=]PATH[,[NAME=]PATH...]}
     * @param options how it is read, where the model's metadata does not say it
     * @param model whose inputs are to be filled
     * @param defaultSamples how many samples if the options do not say it, or {@link #ALL}
     * @throws FormatException if a file is missing, damaged or does not fit the model
     * @throws picocli.CommandLine.ParameterException if the options of a command contradict each
     *     other
     */
    public static DataSet open(String spec, DataOptions options, Graph model, int defaultSamples) {
        Preprocessing how = options.preprocessing(model.metadata());
        List<String> names = model.inputs().stream().map(Value::name).toList();
        List<String> paths = DataSpec.split(spec, names, Sources::exists);
        List<ModelInput> inputs = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            inputs.add(ModelInput.of(model.inputs().get(i), model.rounding(), paths.get(i)));
        }
        List<Conversion> conversions = inputs.stream().map(i -> new Conversion(i, how)).toList();
        List<Source> sources = new ArrayList<>();
        try {
            for (int i = 0; i < inputs.size(); i++) {
                sources.add(Sources.open(paths.get(i), inputs.get(i), how));
            }
            Matching matching = Matching.of(paths, sources);
            int[] chosen =
                    choose(
                            spec,
                            matching.size(),
                            options.offset(),
                            options.samples().orElse(defaultSamples));
            List<int[]> rows = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                int[] all = matching.rows().get(i);
                rows.add(IntStream.of(chosen).map(k -> all[k]).toArray());
            }
            return new DataSet(sources, conversions, rows, Optional.empty());
        } catch (RuntimeException e) {
            sources.forEach(Source::close);
            throw e;
        }
    }

    private static int[] choose(String spec, int total, int offset, int wanted) {
        if (total == 0) {
            throw new FormatException("data " + spec, "has no samples");
        }
        if (offset >= total) {
            throw new FormatException(
                    "data " + spec,
                    "has " + total + " samples, of which offset " + offset + " leaves none");
        }
        int rest = total - offset;
        int n = wanted == ALL ? rest : Math.min(wanted, rest);
        return IntStream.range(0, n).map(i -> offset + (int) ((long) i * rest / n)).toArray();
    }

    /** This data set with the classes of its samples; every sample must have one. */
    public DataSet labelled(Labels given) {
        DataSet labelled = new DataSet(sources, conversions, rows, Optional.of(given));
        given.check(sources.get(0).size(), sources.get(0).isNamed());
        for (int i = 0; i < size(); i++) {
            labelled.label(i);
        }
        return labelled;
    }

    /** Number of samples taken. */
    public int size() {
        return rows.get(0).length;
    }

    /** What sample {@code i} is called in messages: its file, and the row if it has many. */
    public String name(int i) {
        return sources.get(0).name(row(0, i));
    }

    /** The name of the file of sample {@code i} without its extension. */
    public String stem(int i) {
        return FileKind.stem(name(i));
    }

    /**
     * Height and width of the picture that is sample {@code i} of the first input.
     *
     * @throws FormatException if it is no picture
     */
    public int[] pictureSize(int i) {
        return sources.get(0)
                .file(row(0, i))
                .map(Picture::size)
                .orElseThrow(() -> new FormatException(name(i), "is no picture"));
    }

    /** The class of sample {@code i}: from labels, else from the data file if it holds any. */
    public OptionalInt label(int i) {
        Source first = sources.get(0);
        return labels.isPresent()
                ? OptionalInt.of(labels.get().label(row(0, i), first.isNamed() ? name(i) : ""))
                : first.label(row(0, i));
    }

    /** Whether every sample has a class. */
    public boolean hasLabels() {
        return size() > 0 && label(0).isPresent();
    }

    /**
     * Sample {@code i} in the exact types of the model's inputs, in fresh arrays: what a session
     * runs on.
     */
    public List<Tensor> inputs(int i) {
        List<Tensor> tensors = new ArrayList<>();
        for (int k = 0; k < sources.size(); k++) {
            int row = row(k, i);
            tensors.add(
                    conversions.get(k).exact(sources.get(k).read(row), sources.get(k).name(row)));
        }
        return tensors;
    }

    /**
     * Sample {@code i} as float32 real numbers, in fresh arrays: what is calibrated on. Inputs of
     * integers without quantization keep their type.
     */
    public List<Tensor> reals(int i) {
        List<Tensor> tensors = new ArrayList<>();
        for (int k = 0; k < sources.size(); k++) {
            int row = row(k, i);
            tensors.add(
                    conversions.get(k).real(sources.get(k).read(row), sources.get(k).name(row)));
        }
        return tensors;
    }

    /** All samples as {@link #reals} gives them, read as they are iterated over. */
    public Iterable<List<Tensor>> reals() {
        return () -> IntStream.range(0, size()).mapToObj(this::reals).iterator();
    }

    /** All samples as {@link #inputs} gives them, read as they are iterated over. */
    public Iterable<List<Tensor>> inputs() {
        return () -> IntStream.range(0, size()).mapToObj(this::inputs).iterator();
    }

    private int row(int source, int i) {
        return rows.get(source)[i];
    }

    /** Closes the files; nothing can be read after it. */
    @Override
    public void close() {
        sources.forEach(Source::close);
    }
}
