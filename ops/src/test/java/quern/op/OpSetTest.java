package quern.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
import quern.error.FormatException;
import quern.op.activation.Relu;

class OpSetTest {
    static Stream<OpSet.Row> rows() {
        return OpSet.standard().rows().stream();
    }

    static List<OpCase> awkward() {
        return OpCases.awkward();
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    @Test
    void everyOperatorRecordIsListed() throws IOException, URISyntaxException {
        Set<String> listed = rows().map(r -> r.type().getName()).collect(Collectors.toSet());
        assertEquals(new TreeSet<>(operatorRecords()), new TreeSet<>(listed));
    }

    private static Set<String> operatorRecords() throws IOException, URISyntaxException {
        Path classes =
                Path.of(Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes.resolve("quern/op"))) {
            return files.map(f -> classes.relativize(f).toString())
                    .filter(f -> f.endsWith(".class"))
                    .map(f -> f.substring(0, f.length() - 6).replace('/', '.').replace('\\', '.'))
                    .filter(OpSetTest::isOperatorRecord)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isOperatorRecord(String name) {
        try {
            Class<?> type = Class.forName(name);
            return Op.class.isAssignableFrom(type) && !type.isInterface();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void operatorsAreRecordsNamedInTheTextAsInJava(OpSet.Row row) {
        assertTrue(row.type().isRecord());
        assertEquals(row.type().getSimpleName(), row.name());
        assertEquals(row, OpSet.standard().find(row.name()).orElseThrow());
    }

    @Test
    void namesAndTypesAreUnique() {
        OpSet standard = OpSet.standard();
        OpSet.Row sameName = new OpSet.Row("Add", Op.class, a -> new Relu());
        assertThrows(IllegalArgumentException.class, () -> standard.with(sameName));
        OpSet.Row sameType = new OpSet.Row("Rectify", Relu.class, a -> new Relu());
        assertThrows(IllegalArgumentException.class, () -> standard.with(sameType));
    }

    @Property(seed = "101", tries = 2000)
    void attributesReadAfterWriteAreEqual(@ForAll("cases") OpCase c) {
        assertRestored(c.node().op());
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void awkwardAttributesReadAfterWriteAreEqual(OpCase c) {
        assertRestored(c.node().op());
    }

    private static void assertRestored(Op op) {
        OpSet.Row row = OpSet.standard().find(OpSet.standard().name(op)).orElseThrow();
        Attributes written = new Attributes();
        op.write(written);
        assertEquals(op, row.read().apply(written));
        written.requireAllRead(row.name());
        assertTrue(OpSet.standard().contains(op));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void unknownAttributesAreRefused(OpSet.Row row) {
        Attributes a = new Attributes();
        OpCases.row(row.type()).awkward().get(0).node().op().write(a);
        a.put("colour", "blue");
        row.read().apply(a);
        FormatException e = assertThrows(FormatException.class, () -> a.requireAllRead(row.name()));
        assertTrue(e.getMessage().contains("colour"), e.getMessage());
    }
}
