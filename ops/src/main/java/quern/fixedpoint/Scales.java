package quern.fixedpoint;

/** Argument checks of scales, shared by the rescaling classes. */
final class Scales {
    private Scales() {}

    static float positive(String name, float scale) {
        if (!(scale > 0 && Float.isFinite(scale))) {
            throw new IllegalArgumentException(name + " is " + scale + ", not positive and finite");
        }
        return scale;
    }

    static float notNegative(String name, float scale) {
        if (!(scale >= 0 && Float.isFinite(scale))) {
            throw new IllegalArgumentException(
                    name + " is " + scale + ", not finite and at least 0");
        }
        return scale;
    }

    static float finite(String name, float factor) {
        if (!Float.isFinite(factor)) {
            throw new IllegalArgumentException(name + " leaves the range of binary32");
        }
        return factor;
    }

    static void range(int min, int max) {
        if (min > max) {
            throw new IllegalArgumentException("output range " + min + ".." + max + " is empty");
        }
    }
}
