package quern.machinecode;

/**
 * {@link quern.runtime.micro.Microkernels#everyF32} and {@code everyS8} with step 2, as far as
 * whole vectors go and nothing is read behind the last element; both return how many are done.
 */
interface EverySecond {
    int floats(float[] x, int xOffset, float[] y, int yOffset, int n);

    int bytes(byte[] x, int xOffset, byte[] y, int yOffset, int n);
}
