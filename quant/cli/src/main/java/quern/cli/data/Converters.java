package quern.cli.data;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import quern.tensor.DType;
import quern.tensor.Floats;

/** From words of the command line to values; a wrong word is a usage error with a sentence. */
final class Converters {
    private Converters() {}

    private static class Parsed<T> implements ITypeConverter<T> {
        private final Function<String, T> parser;

        Parsed(Function<String, T> parser) {
            this.parser = parser;
        }

        @Override
        public T convert(String word) {
            try {
                return parser.apply(word);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class Count extends Parsed<Integer> {
        Count() {
            super(word -> Decimals.whole(word, 1));
        }
    }

    static final class Offset extends Parsed<Integer> {
        Offset() {
            super(word -> Decimals.whole(word, 0));
        }
    }

    static final class Code extends Parsed<Integer> {
        Code() {
            super(word -> Decimals.whole(word, Integer.MIN_VALUE));
        }
    }

    static final class Scale extends Parsed<Float> {
        Scale() {
            super(word -> new StoredScale(Decimals.number(word), 0, DType.S8, false).scale());
        }
    }

    static final class Type extends Parsed<DType> {
        Type() {
            super(StoredScale::parseType);
        }
    }

    static final class Image extends Parsed<ImageFit> {
        Image() {
            super(ImageFit::parse);
        }
    }

    static final class Mean extends Parsed<Floats> {
        Mean() {
            super(Decimals::list);
        }
    }

    static final class Std extends Parsed<Floats> {
        Std() {
            super(word -> new Normalization(Floats.of(0), Decimals.list(word)).std());
        }
    }

    static final class Order extends Parsed<ChannelOrder> {
        Order() {
            super(ChannelOrder::parse);
        }
    }

    static final class Axes extends Parsed<Layout> {
        Axes() {
            super(Layout::parse);
        }
    }
}
