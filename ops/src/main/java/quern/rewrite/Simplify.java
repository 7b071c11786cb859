package quern.rewrite;

import java.util.List;
import quern.graph.Graph;

/** Applies every simplification until none fits any more. */
public final class Simplify {
    private static final List<Rule> RULES =
            List.of(
                    new DeadCode(),
                    new GraphsInside(),
                    new LoopVariables(),
                    new FixedForms(),
                    new QdqMatching(),
                    new ConstantFolding(),
                    new IdentityRemoval(),
                    new QuantizePairs(),
                    new InputScales(),
                    new ReshapeMerging(),
                    new TransposeMerging(),
                    new LayoutPropagation(),
                    new PadFolding(),
                    new GeluRecognition(),
                    new SiluRecognition(),
                    new LayerNormalizationRecognition(),
                    new HardSwishRecognition(),
                    new DilatedConvolution(),
                    new BatchNormFolding(),
                    new ActivationFusion());

    private static final List<Rule> NEUTRAL =
            List.of(
                    new DeadCode(),
                    new FixedForms(),
                    new ConstantFolding(),
                    new IdentityRemoval(),
                    new ReshapeMerging(),
                    new TransposeMerging());

    private Simplify() {}

    /** All rules in the order in which they are tried. */
    public static List<Rule> rules() {
        return RULES;
    }

    /**
     * The simplified graph: same inputs, outputs and states under the same names, fewer nodes. The
     * same graph always gives the same result, and simplifying that again changes nothing.
     *
     * @throws quern.error.FormatException if a node of constants cannot be computed
     */
    public static Graph simplify(Graph graph) {
        return new KeptNames().apply(apply(RULES, graph));
    }

    /** The graph after the rules that change no bit of any result. */
    public static Graph keepingBits(Graph graph) {
        return apply(NEUTRAL, graph);
    }

    private static Graph apply(List<Rule> rules, Graph graph) {
        Graph now = graph;
        Graph before;
        do {
            before = now;
            for (Rule rule : rules) {
                now = rule.apply(now);
            }
        } while (now != before);
        return now;
    }
}
