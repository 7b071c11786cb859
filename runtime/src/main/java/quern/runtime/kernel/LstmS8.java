package quern.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import quern.op.recurrent.Lstm;
import quern.op.recurrent.Lstm.Gate;
import quern.reference.LstmRescale;
import quern.reference.RecurrentSteps;
import quern.runtime.arena.Arena;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType.Storage;
import quern.tensor.Tensor;

/**
 * LSTM on 8-bit codes with constant weights in a fixed-point mode: for each step a row of
 * accumulators from the input and one from the state, the cells of all gates side by side. States
 * are kept in the outputs.
 */
final class LstmS8 implements Kernel {
    private final Lstm op;
    private final LstmRescale rescale;
    private final Microkernels micro;
    private final RecurrentSteps steps;
    private final Operand x;
    private final Operand[] before;
    private final Operand[] after;
    private final Operand y;
    private final int features;
    private final int cells;
    private final boolean inputGate;
    private final int[][] weights;
    private final int[][] recurrent;
    private final int[] start;

    private LstmS8(Lstm op, Preparation p) {
        this.op = op;
        LstmRescale.prove(p.node(), p::type, i -> p.input(i).constant());
        this.rescale = LstmRescale.of(op, p.node(), p::type);
        this.micro = p.micro();
        this.x = p.input(0);
        this.y = p.output(0);
        this.before = new Operand[] {p.input(Lstm.OUTPUT_STATE), p.input(Lstm.CELL_STATE)};
        this.after = new Operand[] {p.output(1), p.output(2)};
        this.steps = RecurrentSteps.of(x.type().shape(), op.timeMajor());
        this.features = x.type().shape().dim(x.type().shape().rank() - 1);
        this.cells = before[1].type().shape().dim(1);
        this.inputGate = p.has(Gate.INPUT.weights());
        this.weights = LstmKernels.rowsS32(p, false);
        this.recurrent = LstmKernels.rowsS32(p, true);
        List<Gate> gates = LstmKernels.gates(p);
        this.start = new int[gates.size() * cells];
        for (int g = 0; g < gates.size(); g++) {
            int i = gates.get(g).bias();
            for (int n = 0; p.has(i) && n < cells; n++) {
                Tensor bias = p.input(i).constant();
                start[g * cells + n] = bias.code(n);
            }
        }
        LstmKernels.rows(p, Storage.INT, start.length, start.length);
    }

    static Kernel of(Lstm op, Preparation p) {
        return new LstmS8(op, p);
    }

    @Override
    public String name() {
        return "lstmS8S8S8";
    }

    @Override
    public int pieces() {
        return steps.batch();
    }

    @Override
    public long work() {
        return (long) steps.batch() * steps.time() * start.length * (features + cells);
    }

    @Override
    public void run(Arena arena, int part, int parts) {
        int end = Split.start(steps.batch(), part + 1, parts);
        for (int b = Split.start(steps.batch(), part, parts); b < end; b++) {
            sequence(arena, b, arena.intRows(part));
        }
    }

    private void sequence(Arena arena, int b, int[][] rows) {
        byte[] h = after[0].bytes(arena);
        int hAt = after[0].offset(arena) + b * cells;
        short[] c = (short[]) after[1].array(arena);
        int cAt = after[1].offset(arena) + b * cells;
        System.arraycopy(
                before[0].bytes(arena), before[0].offset(arena) + b * cells, h, hAt, cells);
        System.arraycopy(
                before[1].array(arena), before[1].offset(arena) + b * cells, c, cAt, cells);
        for (int t = 0; t < steps.time(); t++) {
            int row = steps.row(b, op.reverse() ? steps.time() - 1 - t : t);
            step(arena, row, rows[0], rows[1], h, hAt, c, cAt);
            System.arraycopy(h, hAt, y.bytes(arena), y.offset(arena) + row * cells, cells);
        }
    }

    private void step(
            Arena arena, int row, int[] u, int[] v, byte[] h, int hAt, short[] c, int cAt) {
        int n = start.length;
        System.arraycopy(start, 0, u, 0, n);
        Arrays.fill(v, 0, n, 0);
        int from = x.offset(arena) + row * features;
        int xZero = x.type().zeroPoint(0);
        int hZero = y.type().zeroPoint(0);
        micro.gemvS8S32(x.bytes(arena), from, features, -1, xZero, weights, 0, u, n);
        micro.gemvS8S32(h, hAt, cells, -1, hZero, recurrent, 0, v, n);
        for (int k = 0; k < cells; k++) {
            int forget = LstmRescale.sigmoid(sum(Gate.FORGET, u, v, k));
            int candidate = LstmRescale.tanh(sum(Gate.CELL, u, v, k));
            int output = LstmRescale.sigmoid(sum(Gate.OUTPUT, u, v, k));
            int input =
                    inputGate
                            ? LstmRescale.sigmoid(sum(Gate.INPUT, u, v, k))
                            : Short.MAX_VALUE - forget;
            int cell = rescale.cell(forget, c[cAt + k], input, candidate);
            c[cAt + k] = (short) cell;
            h[hAt + k] = (byte) rescale.output(cell, output);
        }
    }

    private int sum(Gate gate, int[] u, int[] v, int k) {
        int at = gate.ordinal() * cells + k;
        return rescale.gate(gate, u[at], v[at]);
    }
}
