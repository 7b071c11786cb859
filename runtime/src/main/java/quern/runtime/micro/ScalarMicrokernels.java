package quern.runtime.micro;

/** Plain loops for any JVM. */
public final class ScalarMicrokernels implements Microkernels {
    @Override
    public String tier() {
        return "scalar";
    }
}
