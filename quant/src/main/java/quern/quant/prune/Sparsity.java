package quern.quant.prune;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import quern.tensor.Tensor;

/** Which weights stay: masks of 1 and 0 from the magnitudes of weights. */
public sealed interface Sparsity {
    /**
     * The smallest weights become zero; of equal ones those that stand first.
     *
     * @param share of the weights that become zero, 0 to below 1
     * @param global the smallest of all layers together, not of each
     */
    record Magnitude(double share, boolean global) implements Sparsity {
        public Magnitude {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(
                        "the share of zeros is from 0 to below 1, not " + share);
            }
        }
    }

    /**
     * Of every {@code group} neighbours along the last axis (the input channels of a filter or the
     * inputs of a row) the {@code kept} largest stay; a shorter group at the end keeps as many.
     */
    record Groups(int kept, int group) implements Sparsity {
        public Groups {
            if (kept < 1 || group < kept) {
                throw new IllegalArgumentException(
                        "of a group of " + group + " weights " + kept + " cannot stay");
            }
        }
    }

    /** Masks for weights, by their names. */
    default Map<String, Tensor> masks(Map<String, Tensor> weights) {
        Map<String, Tensor> masks = new LinkedHashMap<>();
        if (this instanceof Groups g) {
            weights.forEach((name, w) -> masks.put(name, groups(w, g)));
            return masks;
        }
        Magnitude m = (Magnitude) this;
        weights.forEach((name, w) -> masks.put(name, ones(w)));
        if (m.global()) {
            drop(weights, masks, m.share());
        } else {
            weights.forEach((name, w) -> drop(Map.of(name, w), masks, m.share()));
        }
        return masks;
    }

    private static Tensor ones(Tensor w) {
        Tensor mask = Tensor.zeros(w.type());
        Arrays.fill(mask.floats(), 1f);
        return mask;
    }

    private static void drop(Map<String, Tensor> weights, Map<String, Tensor> masks, double share) {
        int total = weights.values().stream().mapToInt(Tensor::elements).sum();
        float[] sizes = new float[total];
        int at = 0;
        for (Tensor w : weights.values()) {
            for (int i = 0; i < w.elements(); i++) {
                sizes[at++] = Math.abs(w.real(i));
            }
        }
        Arrays.sort(sizes);
        int count = (int) (share * total);
        float limit = count == 0 ? 0 : sizes[count - 1];
        int below = 0;
        for (float s : sizes) {
            below += s < limit ? 1 : 0;
        }
        int equal = count - below;
        for (Map.Entry<String, Tensor> e : weights.entrySet()) {
            for (int i = 0; i < e.getValue().elements() && count > 0; i++) {
                float s = Math.abs(e.getValue().real(i));
                if (s < limit || s == limit && equal-- > 0) {
                    masks.get(e.getKey()).setReal(i, 0);
                }
            }
        }
    }

    private static Tensor groups(Tensor w, Groups g) {
        Tensor mask = ones(w);
        int run = w.shape().dim(w.shape().rank() - 1);
        for (int row = 0; row < w.elements(); row += run) {
            for (int first = row; first < row + run; first += g.group()) {
                int end = Math.min(first + g.group(), row + run);
                for (int i = first; i < end; i++) {
                    int larger = 0;
                    for (int k = first; k < end; k++) {
                        float a = Math.abs(w.real(k));
                        float b = Math.abs(w.real(i));
                        larger += a > b || a == b && k < i ? 1 : 0;
                    }
                    mask.setReal(i, larger < g.kept() ? 1 : 0);
                }
            }
        }
        return mask;
    }
}
