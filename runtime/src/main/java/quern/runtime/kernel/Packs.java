package quern.runtime.kernel;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import quern.tensor.Tensor;

/**
 * Weights in the forms that kernels want them, each made once for all plans of one graph. Used by
 * one thread at a time.
 */
public final class Packs {
    private final Map<Object, Map<Object, Object>> byArray = new IdentityHashMap<>();

    /** None yet. */
    public Packs() {}

    /**
     * The form of a tensor's elements that a key names, made if it is not there.
     *
     * @param form everything that the form depends on besides the elements
     */
    @SuppressWarnings("unchecked")
    <T> T get(Tensor weights, Object form, Supplier<T> maker) {
        return (T)
                byArray.computeIfAbsent(weights.array(), k -> new HashMap<>())
                        .computeIfAbsent(form, k -> maker.get());
    }
}
