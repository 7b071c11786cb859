package quern.cli.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import quern.tensor.DType;
import quern.tensor.Tensor;

/** Compares what two runtimes make. */
final class Outputs {
    private Outputs() {}

    /**
     * Integers are equal; real numbers differ by no more than a part of the largest magnitude.
     *
     * @param tolerance this part
     */
    static void assertNear(Tensor expected, Tensor actual, double tolerance) {
        assertEquals(expected.shape(), actual.shape());
        if (expected.dtype() != DType.F32) {
            for (int i = 0; i < expected.elements(); i++) {
                assertEquals(expected.integer(i), actual.integer(i), "element " + i);
            }
            return;
        }
        double largest = 0;
        double error = 0;
        for (int i = 0; i < expected.elements(); i++) {
            largest = Math.max(largest, Math.abs(expected.real(i)));
            error = Math.max(error, Math.abs(expected.real(i) - actual.real(i)));
        }
        assertTrue(error <= tolerance * largest, "error " + error + " of " + largest);
    }
}
