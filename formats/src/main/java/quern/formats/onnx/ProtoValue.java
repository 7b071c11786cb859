package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value's name and type, as they stand in the file.
 *
 * @param path the place in the file
 * @param name the value
 * @param elements number of its element type; 0 if it is no tensor
 * @param dims a number, a symbol or an empty text for each dimension; empty if the rank is not
 *     given
 */
record ProtoValue(String path, String name, int elements, Optional<List<String>> dims) {
    static ProtoValue read(Wire w) {
        String name = "";
        int elements = 0;
        Optional<List<String>> dims = Optional.empty();
        while (w.next()) {
            if (w.field() == 1) {
                name = w.text();
            } else if (w.field() == 2) {
                Wire type = w.message("type");
                while (type.next()) {
                    if (type.field() == 1) {
                        Wire tensor = type.message("tensor_type");
                        while (tensor.next()) {
                            if (tensor.field() == 1) {
                                elements = (int) tensor.integer();
                            } else if (tensor.field() == 2) {
                                dims = Optional.of(dims(tensor.message("shape")));
                            }
                        }
                    }
                }
            }
        }
        return new ProtoValue(w.path(), name, elements, dims);
    }

    private static List<String> dims(Wire shape) {
        List<String> all = new ArrayList<>();
        while (shape.next()) {
            if (shape.field() == 1) {
                Wire dim = shape.message("dim[" + all.size() + "]");
                String word = "";
                while (dim.next()) {
                    if (dim.field() == 1) {
                        word = dim.integer() < 0 ? "" : Long.toString(dim.integer());
                    } else if (dim.field() == 2) {
                        word = dim.lenientText();
                    }
                }
                all.add(word);
            }
        }
        return all;
    }
}
