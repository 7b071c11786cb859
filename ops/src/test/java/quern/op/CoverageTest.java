package quern.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.graph.Node;
import quern.graph.Value;
import quern.reference.KernelContext;
import quern.reference.ReferenceInterpreter;
import quern.reference.ReferenceKernels;
import quern.tensor.DType;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

/** Every operator of {@link OpSet} has a reference kernel and cases, on which the kernel runs. */
class CoverageTest {
    static Stream<OpSet.Row> operators() {
        return OpSet.standard().rows().stream();
    }

    static List<OpCase> awkward() {
        return OpCases.awkward();
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void everyOperatorHasAKernelAndCases(OpSet.Row row) {
        assertTrue(ReferenceKernels.has(row.type()), "no reference kernel");
        OpCases.Row cases = OpCases.row(row.type());
        assertFalse(cases.awkward().isEmpty(), "no awkward case");
        for (OpCase c : cases.awkward()) {
            assertEquals(row.type(), c.node().op().getClass(), c.name());
        }
        for (int size = 0; size <= 10; size++) {
            assertEquals(row.type(), cases.random(size, 7).node().op().getClass());
        }
    }

    @Test
    void casesHaveNamesOfTheirOwnAndNoStrangers() {
        List<String> names = OpCases.awkward().stream().map(OpCase::name).toList();
        assertEquals(names.size(), new HashSet<>(names).size(), () -> duplicates(names));
        assertEquals(
                operators().map(OpSet.Row::type).collect(Collectors.toSet()),
                OpCases.rows().stream().map(OpCases.Row::type).collect(Collectors.toSet()));
    }

    private static String duplicates(List<String> names) {
        List<String> again = new ArrayList<>(names);
        new HashSet<>(names).forEach(again::remove);
        return "given twice: " + again;
    }

    @Property(seed = "102", tries = 4000)
    void kernelsFillEveryOutput(@ForAll("cases") OpCase c) {
        assertRuns(c);
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void kernelsFillEveryOutputOfAwkwardCases(OpCase c) {
        assertRuns(c);
    }

    /** Whatever the output held before, the results are the same, and inputs stay as they are. */
    private static void assertRuns(OpCase c) {
        List<Tensor> inputs = c.inputs().stream().map(Tensor::copy).toList();
        List<Tensor> expected = new ReferenceInterpreter(c.graph()).run(c.inputs());
        for (int fill : new int[] {0x55, 0xAA}) {
            assertEquals(elements(expected), elements(runOver(c, (byte) fill)));
        }
        assertEquals(inputs, c.inputs());
        assertEquals(
                c.node().outputs().stream().map(Value::type).toList(),
                expected.stream().map(Tensor::type).toList());
    }

    private static List<Tensor> runOver(OpCase c, byte fill) {
        Node n = c.node();
        List<Tensor> operands = new ArrayList<>();
        for (String name : n.inputs()) {
            operands.add(
                    name.isEmpty()
                            ? Tensor.zeros(TensorType.f32(0))
                            : c.graph().constant(name).orElseGet(() -> input(c, name)));
        }
        List<Tensor> outputs = n.outputs().stream().map(v -> filled(v, fill)).toList();
        ReferenceKernels.run(new KernelContext(n, operands, outputs));
        return outputs;
    }

    private static Tensor input(OpCase c, String name) {
        List<String> names = c.graph().inputs().stream().map(Value::name).toList();
        return c.inputs().get(names.indexOf(name));
    }

    private static Tensor filled(Value v, byte fill) {
        Tensor t = Tensor.zeros(v.type());
        int word = fill * 0x01010101;
        switch (t.dtype().storage()) {
            case FLOAT -> Arrays.fill(t.floats(), Float.intBitsToFloat(word));
            case DOUBLE -> Arrays.fill(t.doubles(), word);
            case BYTE -> Arrays.fill(t.bytes(), fill);
            case SHORT -> Arrays.fill(t.shorts(), (short) word);
            case INT -> Arrays.fill(t.ints(), word);
            case LONG -> Arrays.fill(t.longs(), word);
        }
        return t;
    }

    /** Elements without what stands beside them in a half-used byte. */
    private static List<Object> elements(List<Tensor> tensors) {
        List<Object> all = new ArrayList<>();
        for (Tensor t : tensors) {
            for (int i = 0; i < t.elements(); i++) {
                all.add(
                        t.dtype() == DType.F32
                                ? Float.valueOf(t.real(i))
                                : t.dtype() == DType.F64
                                        ? Double.valueOf(t.doubles()[i])
                                        : t.dtype().isFloat()
                                                ? Short.valueOf(t.shorts()[i])
                                                : Long.valueOf(t.integer(i)));
            }
        }
        return all;
    }
}
