/** Micro-kernels that an assembler written in Java emits at run time, on JDK 22 and later. */
module quern.machinecode {
    requires quern.runtime;

    provides quern.runtime.micro.TierProvider with
            quern.machinecode.MachineCodeProvider;
}
