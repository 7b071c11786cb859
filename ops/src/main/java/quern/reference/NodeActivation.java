package quern.reference;

import quern.error.InvalidGraphException;
import quern.fixedpoint.HardSwishScale;
import quern.fixedpoint.LeakyRescale;
import quern.fixedpoint.LogSoftmaxScale;
import quern.fixedpoint.LogisticScale;
import quern.fixedpoint.Multiplier;
import quern.fixedpoint.SigmoidTable16;
import quern.fixedpoint.Softmax16;
import quern.fixedpoint.SoftmaxScale;
import quern.graph.Node;
import quern.tensor.TensorType;

/**
 * The arithmetic of nodes that are activation functions, made from the node's rounding mode and the
 * types of its inputs and output, as {@link NodeRescale} makes that of the others.
 *
 * <p>Every method throws {@link InvalidGraphException} with the node's name if the scales leave the
 * range of the arithmetic.
 */
public final class NodeActivation {
    private NodeActivation() {}

    /**
     * The factor of a Relu node in a fixed-point mode, {@code inScale / outScale} in binary32: the
     * result is {@code clamp(MBQM(q - Zin) + Zout, Zout, codeMax)}.
     */
    public static Multiplier relu(Node node, TensorType x, TensorType y) {
        float in = x.perTensor("the input").scale();
        float out = y.perTensor("the output").scale();
        return NodeRescale.named(node, () -> Multiplier.of(in / out, node.rounding()));
    }

    /** The set-up of a Softmax node in a fixed-point mode. */
    public static SoftmaxScale softmax(Node node, TensorType x, float beta) {
        float in = x.perTensor("the input").scale();
        return NodeRescale.named(node, () -> SoftmaxScale.of(beta, in, node.rounding()));
    }

    /** The set-up of a LogSoftmax node in a fixed-point mode. */
    public static LogSoftmaxScale logSoftmax(Node node, TensorType x) {
        float in = x.perTensor("the input").scale();
        return NodeRescale.named(node, () -> LogSoftmaxScale.of(in, node.rounding()));
    }

    /** The arithmetic of a LeakyRelu node in a fixed-point mode. */
    public static LeakyRescale leakyRelu(Node node, TensorType x, TensorType y, float slope) {
        float in = x.perTensor("the input").scale();
        float out = y.perTensor("the output").scale();
        return NodeRescale.named(node, () -> LeakyRescale.ofSlope(in, slope, out, node.rounding()));
    }

    /** The arithmetic of a PRelu node in a fixed-point mode. */
    public static LeakyRescale prelu(Node node, TensorType x, TensorType slopes, TensorType y) {
        float in = x.perTensor("the input").scale();
        float slope = slopes.perTensor("the slopes").scale();
        float out = y.perTensor("the output").scale();
        return NodeRescale.named(node, () -> LeakyRescale.ofCodes(in, slope, out, node.rounding()));
    }

    /** The set-up of a HardSwish node in a fixed-point mode. */
    public static HardSwishScale hardSwish(Node node, TensorType x, TensorType y) {
        float in = x.perTensor("the input").scale();
        float out = y.perTensor("the output").scale();
        return NodeRescale.named(node, () -> HardSwishScale.of(in, out, node.rounding()));
    }

    /** The set-up of a Logistic or Tanh node in a fixed-point mode. */
    public static LogisticScale logistic(Node node, TensorType x) {
        float in = x.perTensor("the input").scale();
        return NodeRescale.named(node, () -> LogisticScale.of(in, node.rounding()));
    }

    /** The table of a Logistic node of S16 codes in a fixed-point mode. */
    public static SigmoidTable16 logistic16(Node node, TensorType x) {
        float in = x.perTensor("the input").scale();
        return NodeRescale.named(node, () -> SigmoidTable16.ofSigmoid(in));
    }

    /** The table of a Tanh node of S16 codes in a fixed-point mode. */
    public static SigmoidTable16 tanh16(Node node, TensorType x) {
        float in = x.perTensor("the input").scale();
        return NodeRescale.named(node, () -> SigmoidTable16.ofTanh(in));
    }

    /** The set-up of a Softmax node of S16 codes in a fixed-point mode. */
    public static Softmax16 softmax16(Node node, TensorType x, float beta) {
        float in = x.perTensor("the input").scale();
        return NodeRescale.named(node, () -> Softmax16.of(beta, in, node.rounding()));
    }
}
