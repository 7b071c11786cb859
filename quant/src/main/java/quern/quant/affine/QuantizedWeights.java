package quern.quant.affine;

import java.util.Optional;
import quern.tensor.Tensor;

/**
 * Weights as codes with the bias that belongs to them.
 *
 * @param weights codes with one scale or one a channel
 * @param bias int32, in units of input scale times weight scale of its channel; empty if there is
 *     none
 */
public record QuantizedWeights(Tensor weights, Optional<Tensor> bias) {}
