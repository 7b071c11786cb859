/** The quantization engine: observers, calibration, rules and rewrites. */
module quern.quant {
    requires transitive quern.ops;
    requires transitive quern.runtime;
    requires it.unimi.dsi.fastutil.core;

    exports quern.quant;
    exports quern.quant.affine;
    exports quern.quant.calibration;
    exports quern.quant.certify;
    exports quern.quant.diagnosis;
    exports quern.quant.explain;
    exports quern.quant.lint;
    exports quern.quant.prune;
    exports quern.quant.rule;
    exports quern.quant.search;
    exports quern.quant.train;
}
