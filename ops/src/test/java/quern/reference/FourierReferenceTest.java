package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quern.graph.Graph;
import quern.graph.GraphBuilder;
import quern.op.signal.Rfft2d;
import quern.tensor.Ints;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** The Fourier transform against its defining sum. */
class FourierReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1",
        "1, 8, 1, 8",
        "4, 8, 4, 8",
        "3, 5, 4, 8",
        "9, 20, 8, 16",
        "2, 3, 1, 2"
    })
    void equalsTheSum(int rows, int columns, int height, int width) {
        Random random = new Random(7);
        Tensor x = Tensor.zeros(TensorType.f32(2, rows, columns));
        for (int i = 0; i < x.elements(); i++) {
            x.setReal(i, (float) random.nextGaussian());
        }
        GraphBuilder b = new GraphBuilder("fourier");
        b.output(b.add("y", new Rfft2d(Ints.of(height, width)), b.input("x", x.type())));
        Graph g = b.build();
        Tensor y = new ReferenceInterpreter(g).run(List.of(x)).get(0);
        int half = width / 2 + 1;
        for (int m = 0; m < 2; m++) {
            for (int u = 0; u < height; u++) {
                for (int v = 0; v < half; v++) {
                    double re = 0;
                    double im = 0;
                    for (int h = 0; h < Math.min(rows, height); h++) {
                        for (int w = 0; w < Math.min(columns, width); w++) {
                            double turn = (double) u * h / height + (double) v * w / width;
                            double value = x.real((m * rows + h) * columns + w);
                            re += value * Math.cos(-2 * Math.PI * turn);
                            im += value * Math.sin(-2 * Math.PI * turn);
                        }
                    }
                    int at = ((m * height + u) * half + v) * 2;
                    assertEquals(re, y.real(at), 1e-5);
                    assertEquals(im, y.real(at + 1), 1e-5);
                }
            }
        }
    }
}
