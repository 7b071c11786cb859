/** The machine: plan, arena, kernels over micro-kernels, session. */
module quern.runtime {
    requires transitive quern.ops;

    exports quern.runtime;
}
