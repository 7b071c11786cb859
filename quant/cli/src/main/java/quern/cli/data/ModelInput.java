package quern.cli.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import quern.error.ShapeException;
import quern.fixedpoint.RoundingMode;
import quern.graph.Graph;
import quern.graph.Value;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * An input of a model as data readers see it.
 *
 * @param name of the input
 * @param type with a static shape
 * @param rounding how reals become codes
 */
record ModelInput(String name, TensorType type, RoundingMode rounding) {
    /** The inputs of a model; a symbolic first dimension is bound to one sample. */
    static List<ModelInput> of(Graph model) {
        return model.inputs().stream().map(v -> of(v, model.rounding())).toList();
    }

    /**
     * The input that samples at a path are for; a {@code .npy} file gives its dimensions where they
     * are open.
     */
    static ModelInput of(Value value, RoundingMode rounding, String path) {
        Shape open = value.type().shape();
        if (open.isStatic() || !path.endsWith(".npy") || !Files.isRegularFile(Path.of(path))) {
            return of(value, rounding);
        }
        List<String> words = NpyFile.header(Path.of(path)).shape().words();
        List<String> sample =
                new ArrayList<>(words.subList(Math.min(1, words.size()), words.size()));
        if (sample.size() == open.rank() - 1) {
            sample.add(0, "1");
        }
        Shape shape = Shape.of(sample);
        return open.accepts(shape)
                ? of(new Value(value.name(), value.type().withShape(shape)), rounding)
                : of(value, rounding);
    }

    private static ModelInput of(Value value, RoundingMode rounding) {
        TensorType type = value.type();
        Shape shape = type.shape();
        if (shape.rank() > 0 && shape.isSymbolic(0)) {
            shape = shape.with(0, 1);
        }
        if (!shape.isStatic()) {
            throw new ShapeException(
                    "input " + value.name(),
                    "its shape "
                            + type.shape()
                            + " has open dimensions beside the first one: a .npy file would say"
                            + " what they are");
        }
        return new ModelInput(value.name(), type.withShape(shape), rounding);
    }

    int elements() {
        return type.shape().elements();
    }

    /** Whether the first dimension only says that there is one sample. */
    boolean hasBatchAxis() {
        return type.shape().rank() > 0 && type.shape().dim(0) == 1;
    }

    /** Whether one sample of this shape is the input's, with or without its batch axis. */
    boolean takes(Shape sample) {
        return sample.equals(type.shape()) || (hasBatchAxis() && sample.equals(withoutBatch()));
    }

    /** The shape of a sample without batch axis, if there is one. */
    Shape withoutBatch() {
        List<String> words = type.shape().words();
        return hasBatchAxis() ? Shape.of(words.subList(1, words.size())) : type.shape();
    }

    @Override
    public String toString() {
        return "input " + name + " " + type.dtype().numpyName() + type.shape();
    }
}
