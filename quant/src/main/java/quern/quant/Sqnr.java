package quern.quant;

import it.unimi.dsi.fastutil.objects.Object2DoubleLinkedOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2DoubleMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.quant.affine.Codes;
import quern.quant.trace.Trace;
import quern.tensor.Tensor;

/**
 * Signal to quantization noise ratio, in decibels: {@code 10 log10(sum x^2 / sum (x - y)^2)} over
 * all elements of all samples, {@code x} the value in the float graph and {@code y} the real number
 * that the quantized graph has for it. Infinite without noise; negative infinity for noise on a
 * signal that is 0 everywhere.
 *
 * <p>Sums are binary64 in the order of elements and samples: the same graphs and data give the same
 * numbers.
 */
public final class Sqnr {
    private Sqnr() {}

    /**
     * The ratio of every value that both graphs have under one name.
     *
     * @param real a float graph
     * @param quantized a graph made from it
     * @param data samples for {@code real}, read once
     * @return by value name, in the order of {@code real}
     * @throws FormatException if there is no sample or one does not fit the graphs
     */
    public static Map<String, Double> measure(
            Graph real, Graph quantized, Iterable<List<Tensor>> data) {
        List<String> names = names(real, quantized);
        Object2DoubleMap<String> signal = new Object2DoubleLinkedOpenHashMap<>();
        Object2DoubleMap<String> noise = new Object2DoubleLinkedOpenHashMap<>();
        long count = 0;
        try (Trace a = Trace.of(real);
                Trace b = Trace.of(quantized)) {
            for (List<Tensor> sample : data) {
                a.run(sample, "sample " + count);
                b.run(sample, "sample " + count);
                for (String name : names) {
                    add(name, a.value(name), real(b.value(name)), signal, noise);
                }
                count++;
            }
        }
        if (count == 0) {
            throw new FormatException("data", "it holds no sample to compare two models on");
        }
        Map<String, Double> ratios = new LinkedHashMap<>();
        names.forEach(n -> ratios.put(n, decibels(signal.getDouble(n), noise.getDouble(n))));
        return Collections.unmodifiableMap(ratios);
    }

    private static List<String> names(Graph real, Graph quantized) {
        List<String> names = new ArrayList<>();
        List<Value> values = new ArrayList<>(real.inputs());
        for (Node n : real.nodes()) {
            values.addAll(n.outputs());
        }
        for (Value v : values) {
            boolean both =
                    TypeRules.isReal(v.type())
                            && quantized.has(v.name())
                            && quantized.constant(v.name()).isEmpty()
                            && quantized.type(v.name()).shape().equals(v.type().shape());
            if (both) {
                names.add(v.name());
            }
        }
        return names;
    }

    private static Tensor real(Tensor t) {
        return t.type().isQuantized() ? Codes.dequantize(t) : t;
    }

    private static void add(
            String name,
            Tensor x,
            Tensor y,
            Object2DoubleMap<String> signal,
            Object2DoubleMap<String> noise) {
        double s = signal.getDouble(name);
        double n = noise.getDouble(name);
        for (int i = 0; i < x.elements(); i++) {
            double d = (double) x.real(i) - y.real(i);
            s += (double) x.real(i) * x.real(i);
            n += d * d;
        }
        signal.put(name, s);
        noise.put(name, n);
    }

    private static double decibels(double signal, double noise) {
        if (noise == 0) {
            return Double.POSITIVE_INFINITY;
        }
        return 10 * StrictMath.log10(signal / noise);
    }
}
