package quern.runtime.kernel;

import java.util.ArrayList;
import java.util.List;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;

/** Makes the kernels of LSTM nodes. */
final class LstmKernels {
    private LstmKernels() {}

    static Kernel lstm(Lstm op, Preparation p) {
        for (int i = Gate.FORGET.weights(); i < p.inputs(); i++) {
            if (p.has(i) && !p.input(i).isConstant()) {
                return p.reference("its weights are not constant");
            }
        }
        if (p.type(0).dtype() == DType.F32) {
            return LstmF32.of(op, p);
        }
        if (p.type(0).dtype() == DType.S16) {
            return p.reference("it has no fast kernel for 16-bit activations");
        }
        return p.node().rounding().isFixedPoint()
                ? LstmS8.of(op, p)
                : p.reference("in its rounding mode it computes with real numbers");
    }

    /** The gates that a node has, in the order in which their accumulators stand. */
    static List<Gate> gates(Preparation p) {
        List<Gate> gates = new ArrayList<>();
        for (Gate gate : Gate.values()) {
            if (p.has(gate.weights())) {
                gates.add(gate);
            }
        }
        return gates;
    }

    /** The weights of all gates by input feature: row k holds those of every cell of each gate. */
    static float[][] rowsF32(Preparation p, boolean recurrent) {
        List<Gate> gates = gates(p);
        Tensor first = constant(p, gates.get(0), recurrent);
        int cells = first.shape().dim(0);
        int depth = first.shape().dim(1);
        float[][] rows = new float[depth][cells * gates.size()];
        for (int g = 0; g < gates.size(); g++) {
            Tensor w = constant(p, gates.get(g), recurrent);
            for (int i = 0; i < w.elements(); i++) {
                rows[i % depth][g * cells + i / depth] = w.real(i);
            }
        }
        return rows;
    }

    /** As {@link #rowsF32}, of codes. */
    static int[][] rowsS32(Preparation p, boolean recurrent) {
        List<Gate> gates = gates(p);
        Tensor first = constant(p, gates.get(0), recurrent);
        int cells = first.shape().dim(0);
        int depth = first.shape().dim(1);
        int[][] rows = new int[depth][cells * gates.size()];
        for (int g = 0; g < gates.size(); g++) {
            Tensor w = constant(p, gates.get(g), recurrent);
            for (int i = 0; i < w.elements(); i++) {
                rows[i % depth][g * cells + i / depth] = w.code(i);
            }
        }
        return rows;
    }

    private static Tensor constant(Preparation p, Gate gate, boolean recurrent) {
        return p.input(recurrent ? gate.recurrent() : gate.weights()).constant();
    }

    /** The numbers of a constant float32 input; empty if it is not given. */
    static float[] reals(Preparation p, int i) {
        float[] real = new float[p.has(i) ? p.input(i).elements() : 0];
        for (int k = 0; k < real.length; k++) {
            real[k] = p.input(i).constant().real(k);
        }
        return real;
    }

    /** Asks for rows of accumulators. */
    static void rows(Preparation p, Storage storage, int... sizes) {
        p.workspace().accumulators(storage, sizes);
    }
}
