package quern.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import quern.cases.OpCases;
import quern.error.FormatException;

/** Whatever happens to the text of a graph, reading it gives a graph or a FormatException. */
class GraphTextMutationTest {
    private static final String ALPHABET =
            "%@\"\\:=,()[]{}?_-. \nabeginorst0123456789FSUx/;\u0000\u00e9";
    private static final List<String> HOSTILE =
            List.of(
                    "2147483647",
                    "-1",
                    "99999999999999999999",
                    "nan",
                    "inf",
                    "-0",
                    "1e999",
                    "_",
                    "%x",
                    "@w",
                    "?",
                    "[]",
                    "{graph g\n}",
                    "[2147483647,2147483647,2147483647]",
                    " axis=0 block=1",
                    " bits=4",
                    "rounding=float-even",
                    "S4",
                    "U64",
                    "F16",
                    "BOOL");

    private static final List<GraphText> TEXTS = texts();

    private static List<GraphText> texts() {
        List<GraphText> texts = new ArrayList<>();
        for (OpCases.Row row : OpCases.rows()) {
            row.awkward().forEach(c -> texts.add(GraphText.of(c.graph())));
            for (int seed = 0; seed < 30; seed++) {
                texts.add(GraphText.of(row.random(seed % 11, seed).graph()));
            }
        }
        return texts;
    }

    @Property(seed = "211", tries = 20000)
    void onlyAFormatExceptionComesOut(@ForAll long seed) {
        Random random = new Random(seed);
        GraphText text = TEXTS.get(random.nextInt(TEXTS.size()));
        String mutated = text.text();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            mutated = mutate(mutated, TEXTS.get(random.nextInt(TEXTS.size())).text(), random);
        }
        try {
            GraphText.of(new GraphText(mutated, text.tensors()).parse(Map.of()));
        } catch (FormatException expected) {
            return;
        }
    }

    private static String mutate(String text, String other, Random random) {
        int a = random.nextInt(text.length() + 1);
        int b = Math.min(text.length(), a + random.nextInt(12));
        String head = text.substring(0, a);
        return switch (random.nextInt(7)) {
            case 0 -> head;
            case 1 -> head + text.substring(b);
            case 2 -> head + ALPHABET.charAt(random.nextInt(ALPHABET.length())) + text.substring(a);
            case 3 -> head + other.substring(random.nextInt(other.length()));
            case 4 -> head + text.substring(a, b) + text.substring(a);
            case 5 -> replaceNumber(text, random);
            default -> head + HOSTILE.get(random.nextInt(HOSTILE.size())) + text.substring(b);
        };
    }

    /** Another word in the place of one of the numbers. */
    private static String replaceNumber(String text, Random random) {
        String[] parts = text.split("(?<=[^0-9])(?=[0-9])|(?<=[0-9])(?=[^0-9])");
        int from = random.nextInt(parts.length);
        for (int i = 0; i < parts.length; i++) {
            int at = (from + i) % parts.length;
            if (!parts[at].isEmpty() && Character.isDigit(parts[at].charAt(0))) {
                parts[at] = HOSTILE.get(random.nextInt(HOSTILE.size()));
                break;
            }
        }
        return String.join("", parts);
    }
}
