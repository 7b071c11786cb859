package quern.runtime.kernel;

import java.util.List;
import quern.numeric.Fma;
import quern.numeric.Sigmoidf;
import quern.numeric.TreeSum;
import quern.op.recurrent.CellActivation;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.reference.RecurrentSteps;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;

/**
 * LSTM on float32 numbers with constant weights: for each step one row of accumulators, the cells
 * of all gates side by side. States are kept in the outputs.
 */
final class LstmF32 implements Kernel {
    private static final float VARIANCE_EPSILON = 1e-8f;

    private final Lstm op;
    private final Microkernels micro;
    private final RecurrentSteps steps;
    private final Operand x;
    private final Operand[] before;
    private final Operand[] after;
    private final Operand y;
    private final int features;
    private final int cells;
    private final int out;
    private final boolean inputGate;
    private final float[][] weights;
    private final float[][] recurrent;
    private final float[] start;
    private final float[][] peepholes = new float[Gate.values().length][];
    private final float[][] norms = new float[Gate.values().length][];
    private final float[][] biases = new float[Gate.values().length][];
    private final float[][] projection;
    private final float[] projectionBias;

    private LstmF32(Lstm op, Preparation p) {
        this.op = op;
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output(0);
        this.before = new Operand[] {p.input(Lstm.OUTPUT_STATE), p.input(Lstm.CELL_STATE)};
        this.after = new Operand[] {p.output(1), p.output(2)};
        this.steps = RecurrentSteps.of(x.type().shape(), op.timeMajor());
        this.features = x.type().shape().dim(x.type().shape().rank() - 1);
        this.out = before[0].type().shape().dim(1);
        this.cells = before[1].type().shape().dim(1);
        this.inputGate = p.has(Gate.INPUT.weights());
        this.weights = LstmKernels.rowsF32(p, false);
        this.recurrent = LstmKernels.rowsF32(p, true);
        List<Gate> gates = LstmKernels.gates(p);
        this.start = new float[gates.size() * cells];
        for (Gate gate : Gate.values()) {
            int g = gate.ordinal();
            peepholes[g] = LstmKernels.reals(p, gate.peephole());
            norms[g] = LstmKernels.reals(p, gate.norm());
            biases[g] = LstmKernels.reals(p, gate.bias());
            if (norms[g].length == 0) {
                System.arraycopy(biases[g], 0, start, g * cells, biases[g].length);
            }
        }
        float[] flat = LstmKernels.reals(p, Lstm.PROJECTION);
        this.projection = new float[flat.length == 0 ? 0 : cells][out];
        for (int i = 0; i < flat.length; i++) {
            projection[i % cells][i / cells] = flat[i];
        }
        float[] bias = LstmKernels.reals(p, Lstm.PROJECTION_BIAS);
        this.projectionBias = bias.length == 0 ? new float[out] : bias;
        LstmKernels.rows(p, Storage.FLOAT, start.length, cells, out);
    }

    static Kernel of(Lstm op, Preparation p) {
        return new LstmF32(op, p);
    }

    @Override
    public String name() {
        return "lstmF32F32F32";
    }

    @Override
    public int pieces() {
        return steps.batch();
    }

    @Override
    public long work() {
        return (long) steps.batch() * steps.time() * start.length * (features + out);
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int end = Split.start(steps.batch(), part + 1, parts);
        for (int b = Split.start(steps.batch(), part, parts); b < end; b++) {
            sequence(arena, b, arena.floatRows(part));
        }
    }

    private void sequence(Arena arena, int b, float[][] rows) {
        float[] h = after[0].floats(arena);
        int hAt = after[0].offset(arena) + b * out;
        float[] c = after[1].floats(arena);
        int cAt = after[1].offset(arena) + b * cells;
        System.arraycopy(before[0].floats(arena), before[0].offset(arena) + b * out, h, hAt, out);
        System.arraycopy(
                before[1].floats(arena), before[1].offset(arena) + b * cells, c, cAt, cells);
        for (int t = 0; t < steps.time(); t++) {
            int row = steps.row(b, op.reverse() ? steps.time() - 1 - t : t);
            step(arena, row, rows, h, hAt, c, cAt);
            System.arraycopy(h, hAt, y.floats(arena), y.offset(arena) + row * out, out);
        }
    }

    private void step(
            Arena arena, int row, float[][] rows, float[] h, int hAt, float[] c, int cAt) {
        float[] acc = rows[0];
        System.arraycopy(start, 0, acc, 0, start.length);
        int from = x.offset(arena) + row * features;
        micro.gemvF32(x.floats(arena), from, features, weights, 0, acc, start.length);
        micro.gemvF32(h, hAt, out, recurrent, 0, acc, start.length);
        finish(acc, Gate.FORGET, c, cAt);
        finish(acc, Gate.CELL, c, cAt);
        if (inputGate) {
            finish(acc, Gate.INPUT, c, cAt);
        }
        CellActivation activation = op.activation();
        int g = Gate.CELL.ordinal() * cells;
        int i = Gate.INPUT.ordinal() * cells;
        for (int n = 0; n < cells; n++) {
            float forget = Sigmoidf.sigmoid(acc[n]);
            float input = inputGate ? Sigmoidf.sigmoid(acc[i + n]) : 1f - forget;
            float sum = Fma.fma(input, activation.apply(acc[g + n]), forget * c[cAt + n]);
            c[cAt + n] = limit(sum, op.cellClip());
        }
        finish(acc, Gate.OUTPUT, c, cAt);
        int o = Gate.OUTPUT.ordinal() * cells;
        float[] hidden = rows[1];
        for (int n = 0; n < cells; n++) {
            hidden[n] = Sigmoidf.sigmoid(acc[o + n]) * activation.apply(c[cAt + n]);
        }
        if (projection.length == 0) {
            System.arraycopy(hidden, 0, h, hAt, out);
            return;
        }
        System.arraycopy(projectionBias, 0, rows[2], 0, out);
        micro.gemvF32(hidden, 0, cells, projection, 0, rows[2], out);
        for (int k = 0; k < out; k++) {
            h[hAt + k] = limit(rows[2][k], op.projectionClip());
        }
    }

    /** The peephole and the normalization of a gate. */
    private void finish(float[] acc, Gate gate, float[] c, int cAt) {
        int at = gate.ordinal() * cells;
        float[] peephole = peepholes[gate.ordinal()];
        for (int n = 0; n < peephole.length; n++) {
            acc[at + n] = Fma.fma(c[cAt + n], peephole[n], acc[at + n]);
        }
        float[] norm = norms[gate.ordinal()];
        if (norm.length == 0) {
            return;
        }
        float[] bias = biases[gate.ordinal()];
        float mean = TreeSum.mean(acc, at, 1, cells);
        float variance = TreeSum.sumOfSquares(acc, at, cells, mean) / cells;
        float scale = 1f / (float) Math.sqrt(variance + VARIANCE_EPSILON);
        for (int n = 0; n < cells; n++) {
            float b = bias.length == 0 ? 0f : bias[n];
            acc[at + n] = Fma.fma((acc[at + n] - mean) * scale, norm[n], b);
        }
    }

    private static float limit(float x, float clip) {
        return clip > 0 ? Math.min(Math.max(x, -clip), clip) : x;
    }
}
