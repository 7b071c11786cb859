package quern.cli.data;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import quern.error.FormatException;
import quern.tensor.DType;
import quern.tensor.Floats;
import quern.tensor.Quant;

/**
 * How what is stored in files becomes the real inputs of a model. A model can carry it as metadata.
 *
 * @param image how pictures are fitted; empty if nothing is said
 * @param antialias whether a picture that shrinks is filtered against aliasing
 * @param normalization of pixel values
 * @param channels order of colour channels that the model takes
 * @param layout axes of the model's picture inputs; empty to see it from their shape
 * @param stored how stored integers stand for reals; empty where numbers are the reals themselves
 * @param isRaw stored integers are the model's own codes
 */
public record Preprocessing(
        Optional<ImageFit> image,
        boolean antialias,
        Normalization normalization,
        ChannelOrder channels,
        Optional<Layout> layout,
        Optional<StoredScale> stored,
        boolean isRaw) {
    /** Metadata key of {@code --image}. */
    public static final String IMAGE = "quern.image";

    /** Metadata key of {@code --antialias}. */
    public static final String ANTIALIAS = "quern.antialias";

    /** Metadata key of {@code --mean}. */
    public static final String MEAN = "quern.mean";

    /** Metadata key of {@code --std}. */
    public static final String STD = "quern.std";

    /** Metadata key of {@code --channels}. */
    public static final String CHANNELS = "quern.channels";

    /** Metadata key of {@code --layout}. */
    public static final String LAYOUT = "quern.layout";

    /** Metadata key of {@code --data-scale}. */
    public static final String DATA_SCALE = "quern.data.scale";

    /** Metadata key of {@code --data-zero}. */
    public static final String DATA_ZERO = "quern.data.zero";

    /** Metadata key of {@code --data-type}. */
    public static final String DATA_TYPE = "quern.data.type";

    /**
     * What metadata says; keys of others are passed over.
     *
     * @throws FormatException if the value of a key has no meaning; the place names the key
     */
    public static Preprocessing parse(Map<String, String> metadata) {
        Floats mean = read(metadata, MEAN, Decimals::list).orElse(Normalization.NONE.mean());
        Optional<Normalization> normalization =
                read(metadata, STD, s -> new Normalization(mean, Decimals.list(s)));
        return new Preprocessing(
                read(metadata, IMAGE, ImageFit::parse),
                read(metadata, ANTIALIAS, Preprocessing::truth).orElse(false),
                normalization.orElse(new Normalization(mean, Normalization.NONE.std())),
                read(metadata, CHANNELS, ChannelOrder::parse).orElse(ChannelOrder.RGB),
                read(metadata, LAYOUT, Layout::parse),
                stored(metadata),
                false);
    }

    /** This, but stored integers are the model's own codes. */
    public Preprocessing raw() {
        return new Preprocessing(
                image, antialias, normalization, channels, layout, Optional.empty(), true);
    }

    /**
     * The S8 quantization under which stored 8-bit integers are the codes themselves; empty if
     * nothing is stored so.
     */
    public Optional<Quant.PerTensor> codes() {
        return stored.filter(s -> s.dtype().bits() == 8)
                .map(
                        s ->
                                Quant.perTensor(
                                        s.scale(),
                                        s.zeroPoint() - (s.dtype() == DType.U8 ? 128 : 0)))
                .filter(q -> q.zeroPoint() >= -128 && q.zeroPoint() <= 127);
    }

    /** Whether pixels of files that hold bytes are to be normalized. */
    boolean normalizesPixels() {
        return !isRaw && stored.isEmpty() && !normalization.isNone();
    }

    private static Optional<StoredScale> stored(Map<String, String> metadata) {
        int zero = read(metadata, DATA_ZERO, s -> integer(s)).orElse(0);
        Optional<DType> type = read(metadata, DATA_TYPE, StoredScale::parseType);
        DType dtype = type.orElse(DType.S8);
        return read(
                metadata,
                DATA_SCALE,
                s -> new StoredScale(Decimals.number(s), zero, dtype, type.isPresent()));
    }

    private static boolean truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        }
        return text.equals("true");
    }

    private static int integer(String text) {
        return Decimals.whole(text, Integer.MIN_VALUE);
    }

    private static <T> Optional<T> read(
            Map<String, String> metadata, String key, Function<String, T> parser) {
        String text = metadata.get(key);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException e) {
            throw new FormatException("metadata " + key, e.getMessage());
        }
    }
}
