package quern.formats.onnx;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The table of ONNX operators: how each is read. A reader looks at the version of the operator set
 * itself, where versions differ.
 */
final class OnnxOps {
    /** The domain of the operators that ONNX Runtime adds. */
    static final String MICROSOFT = "com.microsoft";

    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    /** Turns a node of a model into nodes of a graph. */
    @FunctionalInterface
    interface Reader {
        void read(OnnxNode node);
    }

    /**
     * One operator.
     *
     * @param domain empty for ONNX's own
     * @param name the operator
     * @param since the first operator set that has it
     * @param reader how it is read
     */
    record Row(String domain, String name, int since, Reader reader) {}

    static {
        row("Constant", 1, ShapeReaders::constant);
        row("ConstantOfShape", 9, ShapeReaders::constantOfShape);
        row("Identity", 1, ShapeReaders::identity);
        row("Shape", 1, ShapeReaders::shape);
        row("Size", 1, ShapeReaders::size);
        row("Reshape", 1, ShapeReaders::reshape);
        row("Flatten", 1, ShapeReaders::flatten);
        row("Squeeze", 1, ShapeReaders::squeeze);
        row("Unsqueeze", 1, ShapeReaders::unsqueeze);
        row("Expand", 8, ShapeReaders::expand);
        row("Tile", 1, ShapeReaders::tile);
        row("Slice", 1, ShapeReaders::slice);
        row("Concat", 1, ShapeReaders::concat);
        row("Transpose", 1, ShapeReaders::transpose);
        row("Gather", 1, ShapeReaders::gather);
        row("Split", 1, ShapeReaders::split);
        row("Pad", 1, ShapeReaders::pad);
        row("Range", 11, ShapeReaders::range);
        row("Cast", 1, ShapeReaders::cast);
    }

    private OnnxOps() {}

    private static void row(String name, int since, Reader reader) {
        row("", name, since, reader);
    }

    private static void row(String domain, String name, int since, Reader reader) {
        if (ROWS.put(domain + ":" + name, new Row(domain, name, since, reader)) != null) {
            throw new IllegalArgumentException(name + " stands in the table twice");
        }
    }

    /** All rows. */
    static Collection<Row> rows() {
        return Collections.unmodifiableCollection(ROWS.values());
    }

    /** The row of an operator. */
    static Optional<Row> find(String domain, String name) {
        return Optional.ofNullable(ROWS.get(domain + ":" + name));
    }
}
