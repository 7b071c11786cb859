/** The machine: plan, arena, kernels over micro-kernels, session. */
// The two named modules are built after this one.
@SuppressWarnings("module")
module quern.runtime {
    requires transitive quern.ops;

    exports quern.runtime;
    exports quern.runtime.digest;
    exports quern.runtime.micro to
            quern.simd,
            quern.machinecode;

    uses quern.runtime.micro.TierProvider;
}
