package quern.cli.data;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import quern.numeric.ShortestDecimal;
import quern.tensor.DType;
import quern.tensor.Floats;

/**
 * The options of a command that say how data is read, as a picocli mixin.
 *
 * <p>An option that is not given is looked up in the model's metadata; {@code --data-scale}, once
 * given, takes {@code --data-zero} and {@code --data-type} from the command line alone. Used by one
 * thread.
 */
public final class DataOptions {
    @Option(
            names = "--samples",
            paramLabel = "N",
            converter = Converters.Count.class,
            description =
                    "Use N samples, evenly spaced: K + floor(i * (total - K) / N) for i from 0 to"
                            + " N - 1, counted from 0; all from K on if there are fewer.")
    private Integer samples;

    @Option(
            names = "--offset",
            paramLabel = "K",
            converter = Converters.Offset.class,
            description = "Leave out the first K samples.")
    private Integer offset;

    @Option(
            names = "--raw",
            description =
                    "The data holds the model's own codes: stored integers are passed through as"
                            + " they are.")
    private boolean raw;

    @Option(
            names = "--data-scale",
            paramLabel = "S",
            converter = Converters.Scale.class,
            description = "The data holds integers q that stand for the reals S * (q - Z).")
    private Float dataScale;

    @Option(
            names = "--data-zero",
            paramLabel = "Z",
            converter = Converters.Code.class,
            description = "Zero point of stored integers, 0 if not given.")
    private Integer dataZero;

    @Option(
            names = "--data-type",
            paramLabel = "TYPE",
            converter = Converters.Type.class,
            description =
                    "Type of stored integers: int8, uint8 or int16 (default: what the file says,"
                            + " int8 for .bin).")
    private DType dataType;

    @Option(
            names = "--image",
            paramLabel = "HxW:FIT",
            converter = Converters.Image.class,
            description =
                    "How a picture becomes an input of H rows and W columns: HxW:stretch,"
                            + " HxW:crop[=0.875] or HxW:letterbox[=center|top-left[,PAD]].")
    private ImageFit image;

    @Option(
            names = "--antialias",
            negatable = true,
            description =
                    "Filter pictures that shrink with a triangle as wide as they shrink; without it"
                            + " (the default) a point is made of the 2 x 2 pixels around it.")
    private Boolean antialias;

    @Option(
            names = "--mean",
            paramLabel = "A[,B,C]",
            converter = Converters.Mean.class,
            description =
                    "Subtracted from pixels 0 to 255, for each channel in the model's order"
                            + " (default 0).")
    private Floats mean;

    @Option(
            names = "--std",
            paramLabel = "A[,B,C]",
            converter = Converters.Std.class,
            description = "Divides pixels after the mean is subtracted (default 1).")
    private Floats std;

    @Option(
            names = "--channels",
            paramLabel = "rgb|bgr",
            converter = Converters.Order.class,
            description = "Order of colour channels that the model takes (default rgb).")
    private ChannelOrder channels;

    @Option(
            names = "--layout",
            paramLabel = "nchw|nhwc",
            converter = Converters.Axes.class,
            description = "Axes of the model's picture inputs (default: seen from their shape).")
    private Layout layout;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec mixee;

    /** Options as if given on a command line; for programs. */
    public static DataOptions parse(String... words) {
        return CommandLine.populateCommand(new DataOptions(), words);
    }

    /** How many samples are asked for. */
    public OptionalInt samples() {
        return samples == null ? OptionalInt.empty() : OptionalInt.of(samples);
    }

    /** How many samples are left out at the beginning. */
    public int offset() {
        return offset == null ? 0 : offset;
    }

    /**
     * How data is read for a model with this metadata.
     *
     * @throws ParameterException with a sentence if the options of a command contradict each other;
     *     {@link IllegalArgumentException} if they are those of no command
     * @throws quern.error.FormatException if metadata that is needed has no meaning
     */
    public Preprocessing preprocessing(Map<String, String> metadata) {
        check(metadata);
        Map<String, String> merged = new TreeMap<>(metadata);
        if (dataScale != null) {
            merged.remove(Preprocessing.DATA_ZERO);
            merged.remove(Preprocessing.DATA_TYPE);
        }
        merged.putAll(given());
        Preprocessing read = Preprocessing.parse(merged);
        return raw ? read.raw() : read;
    }

    /** A copy of a model's metadata with what these options say written over it. */
    public SortedMap<String, String> metadata(Map<String, String> metadata) {
        check(metadata);
        SortedMap<String, String> written = new TreeMap<>(metadata);
        if (dataScale != null) {
            written.remove(Preprocessing.DATA_ZERO);
            written.remove(Preprocessing.DATA_TYPE);
        }
        written.putAll(given());
        return written;
    }

    private SortedMap<String, String> given() {
        SortedMap<String, String> words = new TreeMap<>();
        Optional.ofNullable(dataScale)
                .ifPresent(s -> words.put(Preprocessing.DATA_SCALE, ShortestDecimal.print(s)));
        Optional.ofNullable(dataZero)
                .ifPresent(z -> words.put(Preprocessing.DATA_ZERO, Integer.toString(z)));
        Optional.ofNullable(dataType)
                .ifPresent(t -> words.put(Preprocessing.DATA_TYPE, t.numpyName()));
        Optional.ofNullable(image).ifPresent(i -> words.put(Preprocessing.IMAGE, i.text()));
        Optional.ofNullable(antialias)
                .ifPresent(a -> words.put(Preprocessing.ANTIALIAS, Boolean.toString(a)));
        Optional.ofNullable(mean).ifPresent(m -> words.put(Preprocessing.MEAN, Decimals.text(m)));
        Optional.ofNullable(std).ifPresent(s -> words.put(Preprocessing.STD, Decimals.text(s)));
        Optional.ofNullable(channels).ifPresent(c -> words.put(Preprocessing.CHANNELS, c.label()));
        Optional.ofNullable(layout).ifPresent(l -> words.put(Preprocessing.LAYOUT, l.label()));
        return words;
    }

    private void check(Map<String, String> metadata) {
        boolean stored = dataScale != null || dataZero != null || dataType != null;
        if (raw && stored) {
            throw contradiction(
                    "--raw passes codes through and --data-scale, --data-zero and --data-type turn"
                            + " them into reals: give one or the other");
        }
        if (dataScale != null) {
            DType type = Optional.ofNullable(dataType).orElse(DType.S8);
            int zero = Optional.ofNullable(dataZero).orElse(0);
            try {
                new StoredScale(dataScale, zero, type, dataType != null);
            } catch (IllegalArgumentException e) {
                throw contradiction(e.getMessage());
            }
        }
        if (stored && dataScale == null && !metadata.containsKey(Preprocessing.DATA_SCALE)) {
            throw contradiction(
                    (dataZero != null ? "--data-zero" : "--data-type")
                            + " means nothing without --data-scale");
        }
    }

    private RuntimeException contradiction(String sentence) {
        return mixee == null
                ? new IllegalArgumentException(sentence)
                : new ParameterException(mixee.commandLine(), sentence);
    }
}
