package quern.op.activation;

import java.util.List;
import quern.op.OpInputs;
import quern.op.TypeRules;
import quern.tensor.TensorType;

/** Elementwise x * (min(max(x + 3, 0), 6) / 6); NaN for negative infinity. */
public record HardSwish() implements ActivationFunction {
    @Override
    public List<TensorType> infer(OpInputs in) {
        TypeRules.activation(in.type(0), "the input of an activation");
        return List.of(TypeRules.open(in.type(0), in.type(0).shape()));
    }
}
