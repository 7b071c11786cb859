package quern.machinecode;

/** As {@link quern.runtime.micro.Microkernels#lookupS8}. */
@FunctionalInterface
interface Lookup {
    void run(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n);
}
