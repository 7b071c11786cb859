package quern.quant.repair;

import java.util.Arrays;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Window;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.op.nn.FullyConnected;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * What the inputs of a layer that meet the same weights have to do with each other: for each group
 * of output channels the sum of {@code x x^T} over input windows {@code x}, in the order of the
 * group's weights. Windows are taken evenly from each sample.
 */
final class Correlations {

    private final Node node;
    private final int taps;
    private final double[][] sums;
    private final double[] window;
    private final int channels;
    private final int groups;
    private Window rows;
    private Window columns;

    private Correlations(Node node, int groups, int taps, int channels) {
        this.node = node;
        this.groups = groups;
        this.taps = taps;
        this.channels = channels;
        this.sums = new double[groups][taps * taps];
        this.window = new double[taps];
    }

    /** Whether the operator is one whose windows are known. */
    static boolean has(Node n) {
        return n.op() instanceof Conv2d
                || n.op() instanceof DepthwiseConv2d
                || n.op() instanceof FullyConnected;
    }

    /** Of no sample. */
    static Correlations of(Graph graph, Node n) {
        Shape w = graph.type(n.inputs().get(1)).shape();
        Shape x = graph.type(n.inputs().get(0)).shape();
        if (n.op() instanceof FullyConnected) {
            return new Correlations(n, 1, w.dim(1), w.dim(1));
        }
        Correlations c;
        if (n.op() instanceof Conv2d op) {
            c = new Correlations(n, op.groups(), w.dim(1) * w.dim(2) * w.dim(3), w.dim(3));
            c.rows = Window.vertical(x.dim(1), w.dim(1), op.stride(), op.dilation(), op.padding());
            c.columns =
                    Window.horizontal(x.dim(2), w.dim(2), op.stride(), op.dilation(), op.padding());
        } else {
            DepthwiseConv2d op = (DepthwiseConv2d) n.op();
            c = new Correlations(n, x.dim(3), w.dim(1) * w.dim(2), 1);
            c.rows = Window.vertical(x.dim(1), w.dim(1), op.stride(), op.dilation(), op.padding());
            c.columns =
                    Window.horizontal(x.dim(2), w.dim(2), op.stride(), op.dilation(), op.padding());
        }
        return c;
    }

    /** Weights that meet the same inputs. */
    int taps() {
        return taps;
    }

    int groups() {
        return groups;
    }

    /** The sums of a group, row by row; the upper half is filled. */
    double[] sums(int group) {
        return sums[group];
    }

    /** Takes in some windows of a sample. */
    void add(Tensor x, int windows) {
        if (node.op() instanceof FullyConnected) {
            int rowsOfX = x.elements() / taps;
            int step = Math.max(1, rowsOfX / windows);
            for (int r = 0; r < rowsOfX; r += step) {
                for (int i = 0; i < taps; i++) {
                    window[i] = x.real(r * taps + i);
                }
                accumulate(sums[0]);
            }
            return;
        }
        int pixels = x.shape().dim(0) * rows.output() * columns.output();
        int step = Math.max(1, pixels / windows);
        // Odd steps walk through the columns of an image.
        step += step > 1 && step % 2 == 0 ? 1 : 0;
        for (int p = 0; p < pixels; p += step) {
            for (int g = 0; g < groups; g++) {
                fill(x, p, g);
                accumulate(sums[g]);
            }
        }
    }

    private void fill(Tensor x, int pixel, int group) {
        Arrays.fill(window, 0);
        int column = pixel % columns.output();
        int row = pixel / columns.output() % rows.output();
        int image = pixel / columns.output() / rows.output();
        int depth = x.shape().dim(3);
        int at = 0;
        for (int kh = 0; kh < rows.kernel(); kh++) {
            int h = rows.at(row, kh);
            for (int kw = 0; kw < columns.kernel(); kw++, at += channels) {
                int w = columns.at(column, kw);
                if (h < 0 || h >= rows.input() || w < 0 || w >= columns.input()) {
                    continue;
                }
                int from = ((image * rows.input() + h) * columns.input() + w) * depth;
                for (int c = 0; c < channels; c++) {
                    window[at + c] = x.real(from + group * channels + c);
                }
            }
        }
    }

    private void accumulate(double[] sum) {
        for (int i = 0; i < taps; i++) {
            double v = window[i];
            if (v != 0) {
                int row = i * taps;
                for (int j = i; j < taps; j++) {
                    sum[row + j] += v * window[j];
                }
            }
        }
    }
}
