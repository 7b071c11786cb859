package quern.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import quern.fixedpoint.RoundingMode;
import quern.json.Json;
import quern.op.OpSet;
import quern.tensor.DType;
import quern.tensor.Tensor;

/**
 * Every case of the golden kernel vectors, in both rounding modes they give, to the bit.
 *
 * <p>The folder is the absolute path in the system property {@code quern.golden.kernels}, else
 * {@code golden/kernels} of the shared folder. Operators that Quern does not have are skipped and
 * named in the output.
 */
class GoldenVectorsTest {
    private static final Map<String, Integer> PASSED = new TreeMap<>();
    private static final Map<String, Integer> SKIPPED = new TreeMap<>();

    private static Optional<Path> folder() {
        String given = System.getProperty("quern.golden.kernels", "");
        if (!given.isEmpty()) {
            return Optional.of(Path.of(given));
        }
        Path shared = Path.of(System.getProperty("quern.shared", ""), "golden", "kernels");
        return System.getProperty("quern.shared", "").isEmpty() || !Files.isDirectory(shared)
                ? Optional.empty()
                : Optional.of(shared);
    }

    @TestFactory
    Stream<DynamicContainer> everyCase() throws IOException {
        Optional<Path> folder = folder();
        Assumptions.assumeTrue(folder.isPresent(), "no golden kernel vectors on this machine");
        List<Path> files;
        try (Stream<Path> all = Files.list(folder.orElseThrow())) {
            files = all.filter(p -> p.toString().endsWith(".jsonl")).sorted().toList();
        }
        assertTrue(!files.isEmpty(), "there is no .jsonl file in " + folder.orElseThrow());
        return files.stream().map(GoldenVectorsTest::file);
    }

    private static DynamicContainer file(Path file) {
        List<DynamicTest> tests = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String where = file.getFileName() + ", line " + (i + 1);
                String line = lines.get(i);
                tests.add(dynamicTest(where, () -> line(where, line)));
            }
        } catch (IOException e) {
            throw new AssertionError(file + " cannot be read", e);
        }
        if (tests.isEmpty()) {
            tests.add(
                    dynamicTest(
                            file.getFileName().toString(),
                            () -> {
                                throw new AssertionError(file + " is empty");
                            }));
        }
        return dynamicContainer(file.getFileName().toString(), tests);
    }

    private static void line(String where, String line) {
        Json json = Json.parse(line);
        String op = json.object().getOrDefault("op", new Json.Text("")).text();
        if (!json.object().containsKey("inputs")) {
            GoldenFixedPoint.check(where, json);
        } else {
            operator(where + ", " + op, GoldenCase.parse(where, json));
        }
        PASSED.merge(op, 1, Integer::sum);
    }

    private static void operator(String where, GoldenCase c) {
        GoldenOperators.Row row = GoldenOperators.rows().get(c.op());
        if (row == null) {
            assertTrue(isAbsent(c.op()), where + ": Quern has the operator, its cases must run");
            SKIPPED.merge(c.op(), 1, Integer::sum);
            abort(c.op() + " is no operator of this version");
            return;
        }
        c.expected().ifPresent(e -> compare(where, c, row, RoundingMode.DOUBLE, c.derived(), e));
        c.expectedSingle()
                .ifPresent(e -> compare(where, c, row, RoundingMode.SINGLE, c.derivedSingle(), e));
    }

    private static boolean isAbsent(String op) {
        String plain = op.replace("_", "").toLowerCase(Locale.ROOT);
        return OpSet.standard().rows().stream()
                .noneMatch(r -> r.name().toLowerCase(Locale.ROOT).equals(plain));
    }

    private static void compare(
            String where,
            GoldenCase c,
            GoldenOperators.Row row,
            RoundingMode mode,
            Map<String, Json> derived,
            List<Json> expected) {
        String place = where + ", " + c.id() + ", " + mode.label();
        GoldenFields params = new GoldenFields(place + ", params", c.params());
        GoldenResult result = row.run(c, params, mode);
        params.requireAllRead();
        for (Map.Entry<String, Json> d : derived.entrySet()) {
            List<Integer> ours = result.derived().get(d.getKey());
            assertTrue(ours != null, place + ": unknown derived field " + d.getKey());
            List<Integer> theirs =
                    d.getValue() instanceof Json.Arr a
                            ? a.items().stream().map(Json::integer).toList()
                            : List.of(d.getValue().integer());
            assertEquals(theirs, ours, place + ", derived " + d.getKey());
        }
        Tensor output = result.output();
        assertEquals(c.output().type(), output.type(), place);
        assertEquals(expected.size(), output.elements(), place + ", elements");
        for (int i = 0; i < expected.size(); i++) {
            String element = place + ", element " + i;
            if (output.dtype() == DType.F32) {
                assertEquals(
                        Float.floatToIntBits(expected.get(i).real32()),
                        Float.floatToIntBits(output.real(i)),
                        element);
            } else {
                assertEquals(expected.get(i).whole(), output.integer(i), element);
            }
        }
    }

    @AfterAll
    static void report() {
        System.out.println("Golden vectors passed, lines by operator: " + PASSED);
        System.out.println("Golden vectors skipped, no such operator: " + SKIPPED);
    }
}
