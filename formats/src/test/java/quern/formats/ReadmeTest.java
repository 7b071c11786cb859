package quern.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import quern.cases.OpCase;
import quern.cases.OpCases;
import quern.fixedpoint.RoundingMode;
import quern.op.Activation;
import quern.op.Attributes;
import quern.op.Op;
import quern.op.OpSet;
import quern.tensor.DType;

/** The specification in README.md says what the code does, as far as a test can tell. */
class ReadmeTest {
    private static final String TEXT = read();

    private static String read() {
        try {
            return Files.readString(
                    Path.of(System.getProperty("quern.root")).resolve("formats/README.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Words in backquotes in the cell of attributes, by operator. */
    private static Map<String, Set<String>> attributes() {
        Map<String, Set<String>> all = new HashMap<>();
        String table = TEXT.substring(TEXT.indexOf("## Operators"), TEXT.indexOf("## Metadata"));
        for (String line : table.split("\n")) {
            String[] cells = line.split(" *\\| *");
            if (line.startsWith("| `") && cells.length >= 3) {
                Set<String> words = quoted(cells.length > 3 ? cells[3] : "");
                if (cells.length > 3 && cells[3].startsWith("window")
                        || cells.length > 3 && cells[3].contains("; window")) {
                    words.addAll(List.of("stride", "pad"));
                    if (!cells[3].contains("window without dilation")) {
                        words.add("dilation");
                    }
                }
                quoted(cells[1]).forEach(op -> all.put(op, words));
            }
        }
        return all;
    }

    private static Set<String> quoted(String cell) {
        Set<String> words = new TreeSet<>();
        String[] parts = cell.split("`");
        for (int i = 1; i < parts.length; i += 2) {
            words.add(parts[i]);
        }
        return words;
    }

    private static void assertDescribed(Op op) {
        Attributes written = new Attributes();
        op.write(written);
        Set<String> known = attributes().getOrDefault(OpSet.standard().name(op), Set.of());
        assertTrue(
                known.containsAll(written.values().keySet()),
                () -> op + " writes " + written.values().keySet() + ", the table has " + known);
    }

    @Provide
    Arbitrary<OpCase> cases() {
        return OpCases.any();
    }

    @Property(seed = "501", tries = 400)
    void everyAttributeIsDescribed(@ForAll("cases") OpCase c) {
        assertDescribed(c.node().op());
    }

    @Test
    void everyAttributeOfAwkwardCasesIsDescribed() {
        OpCases.awkward().forEach(c -> assertDescribed(c.node().op()));
    }

    @Test
    void everyOperatorIsDescribed() {
        Set<String> names = new TreeSet<>(attributes().keySet());
        names.removeAll(Set.of("activation"));
        assertEquals(
                new TreeSet<>(OpSet.standard().rows().stream().map(OpSet.Row::name).toList()),
                names);
    }

    @Test
    void everyWordIsNamed() {
        for (RoundingMode mode : RoundingMode.values()) {
            assertTrue(TEXT.contains("`" + mode.label() + "`"), mode.label());
        }
        for (Activation a : Activation.values()) {
            assertTrue(TEXT.contains("`" + a.label() + "`"), a.label());
        }
        Set<String> types = new TreeSet<>(Arrays.asList(TEXT.split("[^A-Z0-9]+")));
        for (DType d : DType.values()) {
            assertTrue(types.contains(d.name()), d.name());
        }
    }

    @Test
    void limitsAreThoseOfTheTable() {
        Limits l = Limits.standard();
        for (long limit :
                List.of(
                        l.fileBytes(),
                        l.headerBytes(),
                        (long) l.nodes(),
                        l.tensorBytes(),
                        l.constantBytes())) {
            assertTrue(TEXT.contains(String.format("%,d", limit)), () -> "limit " + limit);
        }
    }
}
