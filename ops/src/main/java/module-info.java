/** The specification: tensors, graph, operators, fixed-point arithmetic and reference kernels. */
module quern.ops {
    exports quern.error;
    exports quern.fixedpoint;
    exports quern.graph;
    exports quern.numeric;
    exports quern.op;
    exports quern.op.activation;
    exports quern.op.control;
    exports quern.op.detection;
    exports quern.op.dynamic;
    exports quern.op.gradient;
    exports quern.op.image;
    exports quern.op.logic;
    exports quern.op.math;
    exports quern.op.nn;
    exports quern.op.pooling;
    exports quern.op.quantize;
    exports quern.op.recurrent;
    exports quern.op.reduction;
    exports quern.op.shape;
    exports quern.op.signal;
    exports quern.reference;
    exports quern.rewrite;
    exports quern.tensor;
}
