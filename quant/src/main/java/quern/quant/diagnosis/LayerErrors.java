package quern.quant.diagnosis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import quern.graph.Graph;
import quern.quant.sensitivity.OutputError;
import quern.tensor.Tensor;

/**
 * What each layer of a quantized graph has to do with the error of the outputs. Layers lose in the
 * float graph what they lose in the quantized one: their weights and biases are what the codes
 * stand for, and their results are rounded to codes; roundings within integer arithmetic are left
 * out. An error is a sum of squared differences over the sum of squared distances of the outputs
 * from their mean, averaged over the outputs.
 *
 * @param all the error if every layer loses something
 * @param layers by their error alone, the largest first
 */
public record LayerErrors(double all, List<Layer> layers) {
    /**
     * One layer.
     *
     * @param name of the value that it makes, in the float graph
     * @param op operator, or {@code input}
     * @param alone the error if it alone loses something
     * @param without the error if all others do
     */
    public record Layer(String name, String op, double alone, double without) {}

    public LayerErrors {
        layers = List.copyOf(layers);
    }

    /**
     * Measures every layer twice, on all samples.
     *
     * @param real a simplified float graph of static shapes
     * @param quantized made of it
     * @param names the name in {@code quantized} of values of {@code real}; others are no layers
     * @param samples F32 inputs for {@code real}; a few are enough
     */
    public static LayerErrors measure(
            Graph real, Graph quantized, Map<String, String> names, List<List<Tensor>> samples) {
        Simulation simulation = new Simulation(real, quantized, names);
        OutputError error = new OutputError(real, samples);
        Set<String> every = new LinkedHashSet<>(simulation.layers());
        List<Layer> layers = new ArrayList<>();
        for (String name : simulation.layers()) {
            Set<String> others = new LinkedHashSet<>(every);
            others.remove(name);
            double alone = error.of(simulation.of(Set.of(name)));
            double without = error.of(simulation.of(others));
            layers.add(new Layer(name, simulation.op(name), alone, without));
        }
        layers.sort(Comparator.comparingDouble((Layer l) -> -l.alone()));
        return new LayerErrors(error.of(simulation.of(every)), layers);
    }
}
