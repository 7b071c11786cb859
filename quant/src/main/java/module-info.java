/** The quantization engine: observers, calibration, rules and rewrites. */
module quern.quant {
    requires transitive quern.ops;
    requires transitive quern.runtime;
    requires it.unimi.dsi.fastutil.core;
}
