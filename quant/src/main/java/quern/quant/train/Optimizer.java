package quern.quant.train;

import java.util.LinkedHashMap;
import java.util.Map;
import quern.tensor.Tensor;

/**
 * How parameters follow their gradients. Arithmetic is binary32 element by element, so that every
 * machine makes the same weights.
 */
public sealed interface Optimizer {
    /**
     * Gradient descent with momentum: {@code v = momentum * v + (g + decay * w)}, {@code w -= rate
     * * v}.
     */
    record Sgd(float momentum, float decay) implements Optimizer {}

    /**
     * Adam (Kingma, Ba 2014); {@code decay * w} is added to the gradient, or, if {@code decoupled},
     * taken from the weight apart (AdamW: Loshchilov, Hutter 2017).
     */
    record Adam(float beta1, float beta2, float epsilon, float decay, boolean decoupled)
            implements Optimizer {
        /** The usual constants. */
        public static Adam usual(float decay, boolean decoupled) {
            return new Adam(0.9f, 0.999f, 1e-8f, decay, decoupled);
        }
    }

    /** Tensors that are kept from step to step for parameters, zero at first. */
    default Map<String, Tensor> state(Map<String, Tensor> parameters) {
        Map<String, Tensor> state = new LinkedHashMap<>();
        parameters.forEach(
                (name, t) -> {
                    state.put(name + "/first", Tensor.zeros(t.type()));
                    if (this instanceof Adam) {
                        state.put(name + "/second", Tensor.zeros(t.type()));
                    }
                });
        return state;
    }

    /**
     * Changes one parameter in place.
     *
     * @param state made by {@link #state}
     * @param rate the learning rate
     * @param step counted from 1
     * @param decays whether weight decay applies to this parameter
     */
    default void update(
            String name,
            Tensor parameter,
            Tensor gradient,
            Map<String, Tensor> state,
            float rate,
            long step,
            boolean decays) {
        Tensor first = state.get(name + "/first");
        if (this instanceof Sgd s) {
            float decay = decays ? s.decay() : 0;
            for (int i = 0; i < parameter.elements(); i++) {
                float w = parameter.real(i);
                float g = gradient.real(i) + decay * w;
                float v = s.momentum() * first.real(i) + g;
                first.setReal(i, v);
                parameter.setReal(i, w - rate * v);
            }
            return;
        }
        Adam a = (Adam) this;
        Tensor second = state.get(name + "/second");
        float decay = decays ? a.decay() : 0;
        float unbias1 = (float) (1 - power(a.beta1(), step));
        float unbias2 = (float) (1 - power(a.beta2(), step));
        for (int i = 0; i < parameter.elements(); i++) {
            float w = parameter.real(i);
            float g = gradient.real(i) + (a.decoupled() ? 0 : decay * w);
            float m = a.beta1() * first.real(i) + (1 - a.beta1()) * g;
            float v = a.beta2() * second.real(i) + (1 - a.beta2()) * g * g;
            first.setReal(i, m);
            second.setReal(i, v);
            float d = (m / unbias1) / ((float) Math.sqrt(v / unbias2) + a.epsilon());
            float kept = a.decoupled() ? w - rate * decay * w : w;
            parameter.setReal(i, kept - rate * d);
        }
    }

    private static double power(double base, long exponent) {
        double p = 1;
        double square = base;
        for (long e = exponent; e > 0; e >>= 1) {
            p *= (e & 1) == 1 ? square : 1;
            square *= square;
        }
        return p;
    }
}
