package quern.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;
import quern.fixedpoint.RoundingMode;

/** Words of the command line that become values of the types every command knows. */
final class OptionValues {
    private OptionValues() {}

    static void register(CommandLine line) {
        line.registerConverter(Path.class, OptionValues::path);
        line.registerConverter(RoundingMode.class, OptionValues::rounding);
    }

    private static Path path(String word) {
        if (word.isEmpty()) {
            throw new TypeConversionException("the name of a file is empty");
        }
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(sentence(e));
        }
    }

    private static RoundingMode rounding(String word) {
        try {
            return RoundingMode.parse(word);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** Why a word cannot name a file: with the locale C, names are ASCII. */
    static String sentence(InvalidPathException e) {
        return "'"
                + e.getInput()
                + "' cannot name a file in the locale of this process: "
                + e.getReason();
    }
}
