package quern.quant.rewrite;

import java.util.ArrayList;
import java.util.List;
import quern.graph.Graph;
import quern.graph.Node;
import quern.op.Padding;
import quern.op.Window;
import quern.op.nn.Conv2d;
import quern.op.nn.DepthwiseConv2d;
import quern.tensor.Ints;
import quern.tensor.Shape;
import quern.tensor.TensorType;

/**
 * The elements that a layer's padding adds around its input.
 *
 * @param before for each axis
 * @param after for each axis
 */
record Border(Ints before, Ints after) {
    private static final Border NONE = new Border(Ints.of(0, 0, 0, 0), Ints.of(0, 0, 0, 0));

    /** Whether the border of a node is known before its open dimensions are. */
    static boolean isKnown(Node n, Graph graph) {
        return !(padding(n) instanceof Padding.Same)
                || graph.type(n.inputs().get(0)).shape().isStatic();
    }

    /** The border of a convolution; none for other operators. */
    static Border of(Node n, Graph graph) {
        Padding padding = padding(n);
        if (padding instanceof Padding.Explicit e) {
            return new Border(
                    Ints.of(0, e.top(), e.left(), 0), Ints.of(0, e.bottom(), e.right(), 0));
        } else if (padding instanceof Padding.Valid) {
            return NONE;
        }
        Shape x = graph.type(n.inputs().get(0)).shape();
        Shape w = graph.type(n.inputs().get(1)).shape();
        Ints stride = n.op() instanceof Conv2d c ? c.stride() : depthwise(n).stride();
        Ints dilation = n.op() instanceof Conv2d c ? c.dilation() : depthwise(n).dilation();
        Window v = Window.vertical(x.dim(1), w.dim(1), stride, dilation, padding);
        Window h = Window.horizontal(x.dim(2), w.dim(2), stride, dilation, padding);
        return new Border(Ints.of(0, v.before(), h.before(), 0), Ints.of(0, after(v), after(h), 0));
    }

    boolean isEmpty() {
        return equals(NONE);
    }

    /** The shape with its border. */
    Shape around(TensorType x) {
        List<String> words = new ArrayList<>(x.shape().words());
        for (int i = 0; i < words.size(); i++) {
            int more = before.at(i) + after.at(i);
            if (!x.shape().isSymbolic(i)) {
                words.set(i, Integer.toString(x.shape().dim(i) + more));
            } else if (more > 0) {
                words.set(i, Shape.UNKNOWN);
            }
        }
        return Shape.of(words);
    }

    private static Padding padding(Node n) {
        if (n.op() instanceof Conv2d c) {
            return c.padding();
        }
        return n.op() instanceof DepthwiseConv2d d ? d.padding() : Padding.VALID;
    }

    private static DepthwiseConv2d depthwise(Node n) {
        return (DepthwiseConv2d) n.op();
    }

    private static int after(Window w) {
        int last = (w.output() - 1) * w.stride() + (w.kernel() - 1) * w.dilation() + 1;
        return Math.max(0, last - w.before() - w.input());
    }
}
