/** The specification: tensors, graph, operators, fixed-point arithmetic and reference kernels. */
module quern.ops {
    exports quern.fixedpoint;
    exports quern.numeric;
}
