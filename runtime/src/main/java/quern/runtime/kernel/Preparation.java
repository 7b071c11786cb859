package quern.runtime.kernel;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import quern.graph.Graph;
import quern.graph.Node;
import quern.runtime.micro.Microkernels;
import quern.tensor.DType;
import quern.tensor.DType.Storage;
import quern.tensor.TensorType;

/**
 * What an operator's kernel is made from: a node whose shapes are static, the places of its
 * operands, and the means to ask for scratch memory. Used by one thread while a plan is made.
 */
public final class Preparation {
    /** Gives out scratch memory. */
    public interface Workspace {
        /** A piece of scratch of {@code size} elements for each part. */
        Scratch scratch(Storage storage, int size);

        /** Rows of accumulators for each part, with room for so many elements each. */
        void accumulators(Storage storage, int... sizes);

        /**
         * A plan for a graph inside of the operator.
         *
         * @param held numbers of the inputs that keep their memory from run to run
         */
        Nested nested(Graph graph, Set<Integer> held);

        /** Packed weights that plans of the same graph share. */
        Packs packs();
    }

    private final Node node;
    private final List<Operand> inputs;
    private final List<Operand> outputs;
    private final Microkernels micro;
    private final Workspace workspace;
    private final Optional<Node> next;

    /**
     * @param next a node that the kernel does the work of too; then the outputs are its outputs
     */
    public Preparation(
            Node node,
            Optional<Node> next,
            List<Operand> inputs,
            List<Operand> outputs,
            Microkernels micro,
            Workspace workspace) {
        this.node = node;
        this.next = next;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.micro = micro;
        this.workspace = workspace;
    }

    public Node node() {
        return node;
    }

    /** The node after this one that the kernel does the work of too. */
    Optional<Node> next() {
        return next;
    }

    /** The operator's name as kernels begin with it. */
    String operator() {
        String name = node.op().getClass().getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    /** Whether the first input holds float32 numbers. */
    boolean isReal() {
        return type(0).dtype() == DType.F32;
    }

    /** Whether optional input {@code i} is given. */
    public boolean has(int i) {
        return node.has(i);
    }

    /** Number of inputs. */
    public int inputs() {
        return inputs.size();
    }

    /** Input {@code i}; an optional input that is not given is an empty constant. */
    public Operand input(int i) {
        return inputs.get(i);
    }

    /** All inputs. */
    List<Operand> operands() {
        return inputs;
    }

    /** All outputs. */
    List<Operand> outputs() {
        return outputs;
    }

    /** The first output, as the node itself makes it. */
    public Operand output() {
        return next.isPresent() ? outputs.get(0).as(node.output().type()) : outputs.get(0);
    }

    /** Output {@code i}. */
    public Operand output(int i) {
        return outputs.get(i);
    }

    /** The type of input {@code i}. */
    public TensorType type(int i) {
        return inputs.get(i).type();
    }

    /** The inner loops of the plan's tier. */
    public Microkernels micro() {
        return micro;
    }

    /** Where scratch memory comes from. */
    public Workspace workspace() {
        return workspace;
    }

    /** The reference kernel of the node, and why there is no fast one, as a clause. */
    public Kernel reference(String why) {
        return new ReferenceStep(node, inputs, outputs, why);
    }
}
