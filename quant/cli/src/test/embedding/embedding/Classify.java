package embedding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import quern.formats.Models;
import quern.runtime.Session;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * Runs a model on one input and prints the index of its greatest output and the SHA-256 of the
 * output's bytes: {@code MODEL INPUT}, where INPUT holds the little-endian elements of the model's
 * first input. One of {@code float32} and {@code int8}.
 */
public final class Classify {
    private Classify() {}

    public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Path.of(args[1])));
        try (Session session = Session.open(Models.read(Path.of(args[0])))) {
            fill(session.input(0), file.order(ByteOrder.LITTLE_ENDIAN));
            session.run();
            Tensor output = session.output(0);
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes(output));
            System.out.println(greatest(output) + " " + HexFormat.of().formatHex(sum));
        }
    }

    private static void fill(Tensor input, ByteBuffer from) {
        int bytes = input.elements() * (isFloat(input) ? Float.BYTES : 1);
        if (from.remaining() != bytes) {
            throw new IllegalArgumentException(
                    "the input takes " + bytes + " bytes, not " + from.remaining());
        }
        if (isFloat(input)) {
            from.asFloatBuffer().get(input.floats(), input.offset(), input.elements());
        } else {
            from.get(input.bytes(), input.offset(), input.elements());
        }
    }

    private static byte[] bytes(Tensor output) {
        int width = isFloat(output) ? Float.BYTES : 1;
        ByteBuffer bytes =
                ByteBuffer.allocate(output.elements() * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < output.elements(); i++) {
            if (isFloat(output)) {
                bytes.putFloat(output.real(i));
            } else {
                bytes.put((byte) output.code(i));
            }
        }
        return bytes.array();
    }

    private static int greatest(Tensor output) {
        int best = 0;
        for (int i = 1; i < output.elements(); i++) {
            boolean greater =
                    isFloat(output)
                            ? output.real(i) > output.real(best)
                            : output.code(i) > output.code(best);
            best = greater ? i : best;
        }
        return best;
    }

    private static boolean isFloat(Tensor tensor) {
        if (tensor.dtype() != DType.F32 && tensor.dtype() != DType.S8) {
            throw new IllegalArgumentException(
                    "only float32 and int8 are handled here, not " + tensor.dtype());
        }
        return tensor.dtype() == DType.F32;
    }
}
