/** Micro-kernels on the incubating Vector API; whoever starts the JVM adds that module. */
module quern.simd {
    requires quern.runtime;
    requires static jdk.incubator.vector;

    provides quern.runtime.micro.TierProvider with
            quern.simd.SimdProvider;
}
