package quern.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quern.cli.house.Modules;

/** The commands of the course in {@code quant/README.md} print what stands there. */
class CourseTest {
    private static final String PROMPT = "$ quern ";
    private static final String LEFT_OUT = "...";

    @TempDir private Path temp;

    /** A command and the lines that it prints. */
    private record Step(String command, List<String> expected) {}

    @Test
    void commandsPrintWhatStandsThere() throws IOException {
        List<Step> steps = steps();
        assertTrue(steps.size() >= 10, steps.size() + " commands");
        for (Step step : steps) {
            Object[] words = Arrays.stream(step.command().split(" ")).map(this::word).toArray();
            check(step, Cli.ok(words).out().lines().map(String::stripTrailing).toList());
        }
    }

    private Object word(String word) {
        if (word.startsWith("testdata/")) {
            return Cli.TESTDATA.resolve(word.substring("testdata/".length()));
        }
        return word.equals("course.qrn") ? temp.resolve(word) : word;
    }

    private static List<Step> steps() throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Modules.root().resolve("quant/README.md"))) {
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith(PROMPT)) {
                steps.add(new Step(line.substring(PROMPT.length()), new ArrayList<>()));
            } else if (inside) {
                steps.get(steps.size() - 1).expected().add(line.stripTrailing());
            }
        }
        return steps;
    }

    private static void check(Step step, List<String> printed) {
        int at = 0;
        boolean skip = false;
        for (String line : step.expected()) {
            if (line.equals(LEFT_OUT)) {
                skip = true;
                continue;
            }
            while (skip && at < printed.size() && !printed.get(at).equals(line)) {
                at++;
            }
            skip = false;
            String there = at < printed.size() ? printed.get(at) : "nothing";
            assertEquals(line, there, () -> step.command() + " printed\n" + printed);
            at++;
        }
        assertTrue(skip || at == printed.size(), () -> step.command() + " printed\n" + printed);
    }
}
