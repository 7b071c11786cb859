package quern.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import quern.error.FormatException;
import quern.fixedpoint.RoundingMode;
import quern.formats.Limits;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Simplify;

/**
 * A model as the user named it.
 *
 * @param path the file
 * @param imported the graph that the file describes, node for node
 */
public record ModelFile(Path path, Graph imported) {
    /**
     * Reads a model.
     *
     * @param rounding overrides its rounding mode, if there is one
     * @param signature which of several graphs; empty for the first
     */
    public static ModelFile read(
            Path path, Optional<RoundingMode> rounding, Optional<String> signature)
            throws IOException {
        if (Files.isDirectory(path)) {
            throw new UserException(path + ": is a folder, not a model file");
        }
        Graph graph = Models.read(path, Limits.standard(), signature);
        if (rounding.isEmpty()) {
            return new ModelFile(path, graph);
        }
        try {
            return new ModelFile(path, graph.withRounding(rounding.get()));
        } catch (IllegalArgumentException e) {
            throw new UserException("--rounding: " + e.getMessage(), e);
        } catch (FormatException e) {
            throw e.within(path + " with rounding " + rounding.get().label());
        }
    }

    /** Reads the first graph of a model, with its own rounding mode. */
    public static ModelFile read(Path path) throws IOException {
        return read(path, Optional.empty(), Optional.empty());
    }

    /**
     * The simplified graph: what {@code .qrn} stores and what runs. A {@code .qrn} is taken as it
     * is.
     */
    public Graph simplified() {
        return isQuern() ? imported : Simplify.simplify(imported);
    }

    private boolean isQuern() {
        return path.toString().toLowerCase(Locale.ROOT).endsWith(".qrn");
    }
}
