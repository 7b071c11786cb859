package quern.runtime.kernel;

import quern.fixedpoint.ActivationRange;
import quern.fixedpoint.Quantization;
import quern.fixedpoint.RoundingMode;
import quern.graph.Node;
import quern.op.Activation;
import quern.reference.NodeRescale;
import quern.tensor.Quant;
import quern.tensor.TensorType;

/** Real numbers to codes of one type in a node's rounding mode. */
record RealToCode(float scale, int zero, int min, int max, RoundingMode mode) {
    static RealToCode of(Node node, TensorType type) {
        Quant.PerTensor q = type.perTensor("the output");
        return new RealToCode(
                q.scale(), q.zeroPoint(), type.codeMin(), type.codeMax(), node.rounding());
    }

    /** The same with codes limited by a fused activation. */
    static RealToCode of(Node node, TensorType type, Activation activation) {
        Quant.PerTensor q = type.perTensor("the output");
        ActivationRange range = NodeRescale.range(type, activation);
        return new RealToCode(q.scale(), q.zeroPoint(), range.min(), range.max(), node.rounding());
    }

    int apply(float real) {
        return Quantization.quantize(real, scale, zero, min, max, mode);
    }
}
