package quern.quant.prune;

import java.util.LinkedHashMap;
import java.util.Map;
import quern.graph.Graph;
import quern.quant.train.Trainable;
import quern.tensor.Tensor;

/** Training in which some weights stay zero. */
public final class MaskedTraining implements Trainable {
    private final Trainable inner;
    private final Map<String, Tensor> masks;

    /** Prunes the weights of a network now and for all steps. */
    public MaskedTraining(Trainable inner, Sparsity sparsity) {
        this(inner, sparsity.masks(weights(inner)));
    }

    private MaskedTraining(Trainable inner, Map<String, Tensor> masks) {
        this.inner = inner;
        this.masks = masks;
        updated();
    }

    /** Keeps the weights that are zero now. */
    public static MaskedTraining keepingZeros(Trainable inner) {
        Map<String, Tensor> masks = new LinkedHashMap<>();
        weights(inner)
                .forEach(
                        (name, w) -> {
                            Tensor mask = Tensor.zeros(w.type());
                            for (int i = 0; i < w.elements(); i++) {
                                mask.setReal(i, w.real(i) == 0 ? 0 : 1);
                            }
                            masks.put(name, mask);
                        });
        return new MaskedTraining(inner, masks);
    }

    private static Map<String, Tensor> weights(Trainable t) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        t.parameters()
                .forEach(
                        (name, p) -> {
                            if (t.decays(name)) {
                                weights.put(name, p);
                            }
                        });
        return weights;
    }

    @Override
    public Map<String, Tensor> parameters() {
        return inner.parameters();
    }

    @Override
    public Map<String, Tensor> buffers() {
        return inner.buffers();
    }

    @Override
    public boolean decays(String parameter) {
        return inner.decays(parameter);
    }

    @Override
    public Step step(Tensor x, Tensor target) {
        return inner.step(x, target);
    }

    @Override
    public void updated() {
        masks.forEach(
                (name, mask) -> {
                    Tensor w = inner.parameters().get(name);
                    for (int i = 0; i < w.elements(); i++) {
                        w.setReal(i, mask.real(i) == 0 ? 0 : w.real(i));
                    }
                });
        inner.updated();
    }

    @Override
    public Graph export() {
        return inner.export();
    }

    @Override
    public void close() {
        inner.close();
    }
}
