package quern.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import quern.formats.npy.Npy;
import quern.formats.tflite.TfliteReader;
import quern.graph.Graph;
import quern.graph.Value;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/**
 * The files given with {@code --input [NAME=]FILE}, matched to a model's inputs and cut into
 * frames.
 */
public final class InputFiles {
    private final List<List<Tensor>> byInput = new ArrayList<>();

    private InputFiles() {}

    /**
     * Reads every input of the model.
     *
     * @param given {@code FILE} or {@code NAME=FILE}; those without a name go to the remaining
     *     inputs in order
     * @param frames inputs that each file holds one after another
     * @param shapes static shapes of inputs with symbolic dimensions, where they are known; a file
     *     tells them else: {@code .npy} all dimensions, a raw file one
     */
    public static InputFiles read(
            Graph model, List<String> given, int frames, Map<String, Shape> shapes)
            throws IOException {
        Path[] files = new Path[model.inputs().size()];
        List<String> unnamed = new ArrayList<>();
        for (String g : given) {
            String name = name(model, g);
            int input = names(model).getOrDefault(name, -1);
            if (input < 0) {
                unnamed.add(g);
            } else if (files[input] != null) {
                throw new UserException(
                        "--input: " + model.inputs().get(input).name() + " is given twice");
            } else {
                files[input] = Path.of(g.substring(name.length() + 1));
            }
        }
        for (String file : unnamed) {
            int free = Arrays.asList(files).indexOf(null);
            if (free < 0) {
                throw new UserException(
                        "--input "
                                + file
                                + ": the model has "
                                + files.length
                                + " inputs, and all of them are given already");
            }
            files[free] = Path.of(file);
        }
        InputFiles inputs = new InputFiles();
        for (int i = 0; i < files.length; i++) {
            if (files[i] == null) {
                throw new UserException(
                        "--input is missing for model input " + describe(model.inputs().get(i)));
            }
            Value v = model.inputs().get(i);
            Shape known = shapes.getOrDefault(v.name(), v.type().shape());
            Value wanted = new Value(v.name(), v.type().withShape(known));
            inputs.byInput.add(frames(files[i], sized(files[i], wanted, frames), frames));
        }
        return inputs;
    }

    /** An input with the dimensions that its file tells. */
    private static Value sized(Path file, Value input, int frames) throws IOException {
        Shape shape = input.type().shape();
        if (shape.isStatic() || Files.isDirectory(file)) {
            return input;
        }
        boolean npy = file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
        if (npy && frames == 1) {
            Shape stored = Npy.read(file).shape();
            if (!shape.accepts(stored)) {
                throw new UserException(
                        file + ": has shape " + stored + ", but input " + describe(input));
            }
            return new Value(input.name(), input.type().withShape(stored));
        }
        int open = -1;
        long known = (long) frames * input.type().dtype().bits() / 8;
        for (int i = 0; i < shape.rank(); i++) {
            if (shape.isSymbolic(i)) {
                if (open >= 0) {
                    throw new UserException(
                            "input "
                                    + describe(input)
                                    + " has several open dimensions; give them with --shape "
                                    + input.name()
                                    + "=d,d,..");
                }
                open = i;
            } else {
                known *= shape.dim(i);
            }
        }
        long size = Files.size(file);
        if (known == 0 || size % known != 0 || size / known > Integer.MAX_VALUE) {
            throw new UserException(
                    file + ": has " + size + " bytes, which fit no input " + describe(input));
        }
        Shape whole = shape.with(open, (int) (size / known));
        return new Value(input.name(), input.type().withShape(whole));
    }

    /** The types of the inputs, static, in the model's order. */
    public List<TensorType> types() {
        return byInput.stream().map(list -> list.get(0).type()).toList();
    }

    /** The inputs of frame {@code f} in the model's order. */
    public List<Tensor> frame(int f) {
        return byInput.stream().map(list -> list.get(f)).toList();
    }

    /** The name that {@code NAME=FILE} begins with; empty if it is none of an input. */
    private static String name(Graph model, String given) {
        return names(model).keySet().stream()
                .filter(n -> given.startsWith(n + "="))
                .findFirst()
                .orElse("");
    }

    /** Numbers of the inputs by their names, which may be the graph's or a signature's. */
    private static Map<String, Integer> names(Graph model) {
        Map<String, Integer> names = new LinkedHashMap<>();
        for (int i = 0; i < model.inputs().size(); i++) {
            names.put(model.inputs().get(i).name(), i);
        }
        for (String line : model.metadata().getOrDefault(TfliteReader.NAMES_KEY, "").split("\n")) {
            for (int i = 0; i < model.inputs().size(); i++) {
                String end = "=" + model.inputs().get(i).name();
                if (line.endsWith(end)) {
                    names.putIfAbsent(line.substring(0, line.length() - end.length()), i);
                }
            }
        }
        return names;
    }

    private static List<Tensor> frames(Path file, Value input, int frames) throws IOException {
        if (Files.isDirectory(file)) {
            throw new UserException(file + ": is a folder, not an input file");
        }
        long one = input.type().dtype().byteSize(input.type().shape().elements());
        boolean npy = file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
        byte[] bytes = npy ? npy(file, input) : raw(file, one * frames);
        if (bytes.length != one * frames) {
            long size = npy ? bytes.length : Math.max(bytes.length, Files.size(file));
            throw new UserException(
                    file
                            + ": has "
                            + size
                            + " bytes, but input "
                            + describe(input)
                            + " takes "
                            + one
                            + (frames == 1 ? "" : " bytes for each of " + frames + " frames"));
        }
        List<Tensor> list = new ArrayList<>();
        for (int f = 0; f < frames; f++) {
            list.add(
                    RawTensor.tensor(
                            input.type(),
                            bytes,
                            Math.toIntExact(one * f),
                            ByteOrder.LITTLE_ENDIAN));
        }
        return list;
    }

    /** The bytes of a file, or one more than those that are taken if it holds more. */
    private static byte[] raw(Path file, long taken) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes((int) Math.min(taken + 1, Integer.MAX_VALUE));
        }
    }

    private static byte[] npy(Path file, Value input) throws IOException {
        Tensor t = Npy.read(file);
        if (t.dtype() != input.type().dtype()) {
            throw new UserException(
                    file
                            + ": holds "
                            + t.dtype().numpyName()
                            + ", but input "
                            + describe(input)
                            + " takes "
                            + input.type().dtype().numpyName());
        }
        return RawTensor.bytes(t);
    }

    private static String describe(Value input) {
        return input.name()
                + " ("
                + input.type().dtype().numpyName()
                + " "
                + input.type().shape()
                + ")";
    }
}
