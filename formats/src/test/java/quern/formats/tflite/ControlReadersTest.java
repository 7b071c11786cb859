package quern.formats.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import quern.error.FormatException;
import quern.graph.Graph;
import quern.graph.State;
import quern.graph.Value;
import quern.op.control.While;
import quern.reference.ReferenceInterpreter;
import quern.rewrite.Simplify;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Files with several subgraphs: what they compute, and which are refused. */
class ControlReadersTest {
    private static Tensor two(float a, float b) {
        return Tensor.of(Shape.of(2), a, b);
    }

    private static Tensor flag(boolean set, int... shape) {
        Tensor t = Tensor.zeros(TensorType.of(DType.BOOL, Shape.of(shape)));
        t.setInteger(0, set ? 1 : 0);
        return t;
    }

    private static Tensor run(Graph g, Tensor... inputs) {
        Tensor plain = new ReferenceInterpreter(g).run(List.of(inputs)).get(0);
        Graph simple = Simplify.simplify(g);
        assertEquals(plain, new ReferenceInterpreter(simple).run(List.of(inputs)).get(0));
        return plain;
    }

    @Test
    void aLoop() {
        Graph g = ControlModels.loop().read();
        assertEquals(two(1, 2), run(g, two(1, 2), flag(false), flag(true)));
        assertEquals(two(1.5f, 3), run(g, two(1, 2), flag(true), flag(false)));
        assertEquals(two(2, 4), run(g, two(1, 2), flag(true), flag(true)));
        assertEquals("subgraph_2", ((While) g.nodes().get(0).op()).body().name());
    }

    @Test
    void aBranch() {
        Graph g = ControlModels.branch().read();
        assertEquals(two(0, 2), run(g, flag(true, 1), two(-1, 2)));
        assertEquals(0.5f, run(g, flag(false, 1), two(0, 2)).real(0));
    }

    @Test
    void aVariableIsAState() {
        Graph g = ControlModels.variable(true).read();
        assertEquals(
                List.of(new State(new Value("sum", TensorType.f32(2)), "sum_initial", "after")),
                g.states());
        ReferenceInterpreter r = new ReferenceInterpreter(g);
        assertEquals(two(22, 44), r.run(List.of(two(1, 2))).get(0));
        List<Tensor> second = r.run(List.of(two(1, 2)));
        assertEquals(two(24, 48), second.get(0));
        assertEquals(two(11, 22), second.get(1));
        r.reset();
        assertEquals(two(20, 40), r.run(List.of(two(0, 0))).get(0));
    }

    @Test
    void aVariableWithoutFirstValueBeginsWithZero() {
        ReferenceInterpreter r = new ReferenceInterpreter(ControlModels.variable(false).read());
        assertEquals(two(2, 4), r.run(List.of(two(1, 2))).get(0));
        assertEquals(two(4, 8), r.run(List.of(two(1, 2))).get(0));
    }

    @Test
    void aVariableThatIsNotAssignedIsAConstant() {
        TinyModel m = ControlModels.variable(true);
        m.changeOperator(4, t -> t.with(1, Flat.ints(3, 3)));
        Graph g = m.changeSubgraph(s -> without(s, 4)).read();
        assertEquals(List.of(), g.states());
        assertEquals(two(10, 20), g.constants().get("sum"));
        assertEquals(two(21, 42), run(g, two(1, 2)));
    }

    private static Flat.Table without(Flat.Table subgraph, int operator) {
        var operators =
                new java.util.ArrayList<>(((Flat.Tables) subgraph.fields().get(3)).tables());
        operators.remove(operator);
        return subgraph.with(3, Flat.tables(operators));
    }

    @Test
    void aCompositionIsReplacedByItsParts() {
        Graph g = ControlModels.composite().read();
        assertEquals(two(4, -8), run(g, two(1, -2)));
        assertEquals(2, g.nodes().size() - 1);
        assertEquals(List.of("y"), g.outputs());
    }

    /** Against the definition of an LSTM, in binary64. */
    @Test
    void anLstmThatIsALoop() {
        float[] x = {0.5f, -1, 2, 0.25f, -0.75f, 1.5f};
        Graph g = LoopedLstm.model().read();
        Tensor y = run(g, Tensor.of(Shape.of(1, 3, 2), x));
        assertEquals(Shape.of(3, 1, 2), y.shape());
        double[] h = new double[2];
        double[] c = new double[2];
        for (int step = 0; step < 3; step++) {
            double[] a = new double[8];
            for (int row = 0; row < 8; row++) {
                a[row] = LoopedLstm.BIAS[row];
                for (int k = 0; k < 2; k++) {
                    a[row] += LoopedLstm.W[2 * row + k] * x[2 * step + k];
                    a[row] += LoopedLstm.R[2 * row + k] * h[k];
                }
            }
            for (int k = 0; k < 2; k++) {
                c[k] = sigmoid(a[2 + k]) * c[k] + sigmoid(a[k]) * Math.tanh(a[4 + k]);
                h[k] = sigmoid(a[6 + k]) * Math.tanh(c[k]);
            }
            assertEquals(h[0], y.real(2 * step), 1e-6);
            assertEquals(h[1], y.real(2 * step + 1), 1e-6);
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static TinyModel slice(int... sizes) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", TinyModel.FLOAT32, 3, 2);
        int i = m.tensor("i", TinyModel.INT32, 1);
        int zero = m.constant("zero", 1);
        int begin = m.tensor("begin", TinyModel.INT32, 2);
        int size = m.constant("size", sizes);
        int y = m.tensor("y", TinyModel.FLOAT32);
        return m.operator(2, 10, Flat.table(), new int[] {i, zero}, begin)
                .operator(65, 49, Flat.table(), new int[] {x, begin, size}, y)
                .inputs(x, i)
                .outputs(y);
    }

    @Test
    void aSliceThatBeginsSomewhere() {
        Graph g = slice(1, -1).read();
        Tensor x = Tensor.of(Shape.of(3, 2), 1f, 2, 3, 4, 5, 6);
        Tensor y = Tensor.of(Shape.of(1, 1), 6f);
        assertEquals(y, run(g, x, Tensor.of(Shape.of(1), 2)));
        refused("a slice to the end of axis 0, whose begin depends", slice(-1, -1));
    }

    private static void refused(String problem, TinyModel m) {
        FormatException e = assertThrows(FormatException.class, m::read);
        assertTrue(e.getMessage().contains(problem), e::getMessage);
    }

    private static TinyModel calls(int subgraph, TinyModel... others) {
        TinyModel m = ControlModels.branch();
        Flat.Table options = Flat.table().with(0, subgraph).with(1, subgraph);
        m.changeOperator(0, t -> t.with(4, options));
        List.of(others).forEach(m::subgraph);
        return m;
    }

    @Test
    void subgraphsThatAreNotThereOrContainThemselves() {
        refused("subgraph 7 does not exist; there are 3", calls(7));
        refused("subgraph -1 does not exist", calls(-1));
        refused("subgraphs[0]: the subgraph is a part of itself", calls(0));
        TinyModel back = ControlModels.branch();
        back.changeOperator(0, t -> t.with(4, Flat.table().with(0, 3).with(1, 3)));
        TinyModel m = new TinyModel();
        int c = m.tensor("c", 6, 1);
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        m.operator(118, 92, Flat.table().with(0, 1).with(1, 1), new int[] {c, x}, y);
        m.inputs(x).outputs(y);
        refused("is given 1", calls(3, back));
    }

    /** Every subgraph uses the next one twice. */
    @Test
    void subgraphsThatDoubleComeToAnEnd() {
        TinyModel m = chain(1);
        for (int i = 2; i < 14; i++) {
            m.subgraph(chain(i));
        }
        TinyModel last = new TinyModel();
        int c = last.tensor("c", 6, 1);
        int x = last.tensor("x", TinyModel.FLOAT32, 2);
        m.subgraph(last.inputs(c, x).outputs(x));
        refused("its parts overlap", m);
    }

    private static TinyModel chain(int next) {
        TinyModel m = new TinyModel();
        int c = m.tensor("c", 6, 1);
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int h = m.tensor("h", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        Flat.Table options = Flat.table().with(0, next).with(1, next);
        return m.operator(118, 92, options, new int[] {c, c, x}, h)
                .operator(118, 92, options, new int[] {c, c, h}, y)
                .inputs(c, x)
                .outputs(y);
    }

    @Test
    void nestingHasALimit() {
        TinyModel m = once(1);
        for (int i = 2; i < 20; i++) {
            m.subgraph(once(i));
        }
        refused("subgraphs are nested more than 16 deep", m);
    }

    private static TinyModel once(int next) {
        TinyModel m = new TinyModel();
        int c = m.tensor("c", 6, 1);
        int x = m.tensor("x", TinyModel.FLOAT32, 2);
        int y = m.tensor("y", TinyModel.FLOAT32, 2);
        Flat.Table options = Flat.table().with(0, next).with(1, next);
        return m.operator(118, 92, options, new int[] {c, c, x}, y).inputs(c, x).outputs(y);
    }

    @Test
    void partsThatDoNotFit() {
        TinyModel other = new TinyModel();
        int x = other.tensor("x", TinyModel.INT32, 2);
        refused("it is S32[2], but F32[2] is given", calls(3, other.inputs(x).outputs(x)));
        TinyModel none = new TinyModel();
        refused("it takes 0 values, but is given 1", calls(3, none));
        TinyModel wrong = ControlModels.loop();
        wrong.changeOperator(0, t -> t.with(4, Flat.table().with(0, 2).with(1, 2)));
        refused("one BOOL was expected, not 5", wrong);
    }

    @Test
    void variablesInsideOfBranchesAreRefused() {
        TinyModel m = ControlModels.variable(false);
        m.outputs(5);
        refused("variables inside of loops and branches are not supported", calls(3, m));
    }

    @Test
    void variablesThatAreWrong() {
        TinyModel unknown = ControlModels.variable(false);
        unknown.changeOperator(1, t -> t.with(1, Flat.ints(0)));
        refused("input 0 is no variable of this subgraph", unknown);
        TinyModel late = ControlModels.variable(false);
        late.operator(129, 0, Flat.table(), new int[0]);
        refused("first values of variables must be set before anything else", late);
        TinyModel type = ControlModels.variable(false);
        type.changeTensor(4, t -> t.with(1, (byte) TinyModel.INT32));
        refused("the variable is F32[2], not S32[2]", type);
        TinyModel open = ControlModels.variable(false);
        open.changeTensor(2, t -> t.with(0, Flat.ints()));
        refused("the variable has no first value", open);
        TinyModel self = new TinyModel();
        self.operator(129, 0, Flat.table(), new int[0]);
        refused("the subgraph is a part of itself", self);
    }
}
