package quern.quant.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import quern.graph.Graph;
import quern.graph.Node;
import quern.graph.Value;
import quern.op.TypeRules;
import quern.op.activation.HardSwish;
import quern.op.activation.Logistic;
import quern.op.activation.Silu;
import quern.op.activation.Softmax;
import quern.op.math.Exp;
import quern.op.math.Mul;
import quern.op.nn.DepthwiseConv2d;
import quern.op.shape.Concat;
import quern.quant.QuantOptions;
import quern.quant.QuantizedModel;
import quern.quant.affine.Extremes;
import quern.quant.affine.Range;
import quern.quant.rule.QuantRule;
import quern.quant.rule.QuantRules;
import quern.quant.sensitivity.Guards;
import quern.tensor.Tensor;

/**
 * Looks in a float graph and the statistics of its samples for what is known to collapse: joins of
 * values of different ranges, heads that decode boxes or average by a softmax, swish whose dip gets
 * few codes, depthwise weights on one scale, dead channels, values that never change, samples that
 * are too few, inputs of unusual size. Findings say what was done about them. Stateless.
 */
public final class Lint {
    private static final int FEW_SAMPLES = 32;
    private static final double UNSETTLED = 0.1;
    private static final double DIP = 0.2785;
    private static final double FEW_CODES = 8;
    private static final double UNEQUAL = 16;
    private static final double PIXELS = 128;
    private static final double TINY = 1.0 / 64;

    private final QuantizedModel model;
    private final QuantOptions options;
    private final Graph graph;
    private final List<Finding> findings = new ArrayList<>();

    private Lint(QuantizedModel model, QuantOptions options) {
        this.model = model;
        this.options = options;
        this.graph = model.original();
    }

    /** The findings in the order of the graph, those about the samples first. */
    public static List<Finding> of(QuantizedModel model, QuantOptions options) {
        Lint lint = new Lint(model, options);
        lint.samples();
        lint.graph.inputs().forEach(lint::input);
        lint.graph.nodes().forEach(lint::node);
        return List.copyOf(lint.findings);
    }

    private void add(String rule, String where, String why, String done, String override) {
        findings.add(new Finding(rule, where, why, done, override));
    }

    private void samples() {
        long count = model.calibration().samples();
        double convergence = model.calibration().convergence();
        boolean unsettled = convergence < Double.POSITIVE_INFINITY && convergence > UNSETTLED;
        if (count < FEW_SAMPLES || unsettled) {
            String more =
                    unsettled
                            ? String.format(
                                    Locale.ROOT,
                                    ", and ranges still move by %.0f %%",
                                    100 * convergence)
                            : "";
            add(
                    "few-samples",
                    "samples",
                    "there are " + count + more,
                    "ranges are those of these samples",
                    "--calibrate with more data, --samples");
        }
    }

    private void input(Value v) {
        if (!TypeRules.isReal(v.type())) {
            return;
        }
        Range r = model.calibration().extremes(v.name());
        if (r.min() == r.max()) {
            constant(v.name(), r);
        } else if (r.min() >= 0 && r.max() >= PIXELS && r.max() <= 255) {
            add(
                    "normalization",
                    v.name(),
                    "its samples lie within 0 and 255, as pixels that nothing was subtracted from",
                    "they are taken as they are",
                    "--mean and --std if the model was trained on other inputs");
        } else if (r.magnitude() < TINY) {
            add(
                    "normalization",
                    v.name(),
                    String.format(
                            Locale.ROOT,
                            "its samples lie within %.3g and %.3g, as if they were divided twice",
                            r.min(),
                            r.max()),
                    "they are taken as they are",
                    "--mean and --std if the model was trained on other inputs");
        }
    }

    private void constant(String name, Range r) {
        add(
                "zero-width",
                name,
                String.format(Locale.ROOT, "all its elements are %.4g on all samples", r.min()),
                "the range is extended to hold 0",
                "samples in which it changes");
    }

    private void node(Node n) {
        String name = n.name();
        boolean quantized = !model.keptFloat().containsKey(name);
        if (n.op() instanceof Concat && Guards.isMixed(graph, n, model.ranges())) {
            add(
                    "mixed-concat",
                    name,
                    "it joins values of ranges that differ more than twofold",
                    quantized ? "its inputs move to one scale" : "it stays in float",
                    quantized ? "--keep-float " + name : "--no-guards");
        }
        if (isHead(n)) {
            add(
                    n.op() instanceof Exp ? "box-decode" : "inner-softmax",
                    name,
                    n.op() instanceof Exp
                            ? "an exponential, as of box sizes, multiplies the error of its input"
                            : "what follows averages by its small parts, as a DFL or attention head does",
                    quantized && !(QuantRules.of(n.op()) instanceof QuantRule.KeepFloat)
                            ? "it has codes"
                            : "it stays in float",
                    "--keep-float " + name);
        }
        if (isSwish(n)) {
            swish(n, quantized);
        }
        if (QuantRules.of(n.op()) instanceof QuantRule.Weighted w && n.inputs().size() > 1) {
            Tensor weights = graph.constant(n.inputs().get(1)).orElse(null);
            if (weights != null && Extremes.firstNotFinite(weights).isEmpty()) {
                weights(n, Extremes.perChannel(weights, w.channelAxis()));
            }
        }
        boolean observed = model.calibration().statistics().containsKey(name);
        if (observed && n.output().type().shape().elements() > 1) {
            Range r = model.calibration().extremes(name);
            if (r.min() == r.max()) {
                constant(name, r);
            }
        }
    }

    /** An exponential, or a softmax that something computes with. */
    private boolean isHead(Node n) {
        boolean softmax =
                n.op() instanceof Softmax
                        && graph.consumers(n.name()).stream()
                                .anyMatch(
                                        c ->
                                                !(QuantRules.of(c.op())
                                                        instanceof QuantRule.SameRange));
        return n.op() instanceof Exp || softmax;
    }

    private boolean isSwish(Node n) {
        boolean product =
                n.op() instanceof Mul
                        && n.inputs().stream()
                                .anyMatch(
                                        in ->
                                                graph.producer(in)
                                                        .filter(g -> g.op() instanceof Logistic)
                                                        .filter(
                                                                g ->
                                                                        n.inputs()
                                                                                .contains(
                                                                                        g.inputs()
                                                                                                .get(
                                                                                                        0)))
                                                        .isPresent());
        return n.op() instanceof Silu || n.op() instanceof HardSwish || product;
    }

    private void swish(Node n, boolean quantized) {
        Range r = model.ranges().of(n.name());
        double codes = DIP / ((r.max() - Math.min(0, r.min())) / 255);
        if (codes < FEW_CODES) {
            add(
                    "swish-range",
                    n.name(),
                    String.format(
                            Locale.ROOT,
                            "its dip below 0 gets %.1f of 255 codes, as it reaches %.3g",
                            codes,
                            r.max()),
                    quantized
                            ? "its range is the one of " + options.ranges().label()
                            : "it stays in float",
                    quantized ? "--keep-float " + n.name() : "--keep-share 0");
        }
    }

    private void weights(Node n, Range[] channels) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        int dead = 0;
        for (Range r : channels) {
            dead += r.magnitude() == 0 ? 1 : 0;
            least = r.magnitude() == 0 ? least : Math.min(least, r.magnitude());
            most = Math.max(most, r.magnitude());
        }
        if (dead > 0) {
            add(
                    "dead-channels",
                    n.name(),
                    dead + " of " + channels.length + " channels have no weight but 0",
                    "they have their bias alone, exact to 2^-20",
                    "none is needed");
        }
        if (n.op() instanceof DepthwiseConv2d && !options.perChannel() && most > UNEQUAL * least) {
            add(
                    "depthwise-scale",
                    n.name(),
                    String.format(
                            Locale.ROOT,
                            "weights of channels differ %.0f fold and share one scale",
                            most / least),
                    "small channels have few codes, as the options ask",
                    "no --per-tensor, or --equalize");
        }
    }
}
