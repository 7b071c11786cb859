package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Relative links of the documentation lead somewhere. */
class ReadmeLinksTest {
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

    @TempDir Path temp;

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<Path> documents = documents(Modules.root());
        assertTrue(documents.contains(Modules.root().resolve("README.md")), documents.toString());
        List<String> dead = new ArrayList<>();
        for (Path document : documents) {
            dead.addAll(deadLinks(document));
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void deadLinksAreFound() throws IOException {
        Path document = temp.resolve("README.md");
        Files.createDirectory(temp.resolve("a"));
        Files.writeString(temp.resolve("a/README.md"), "# A `b` c, d\n## E");
        Files.writeString(
                document,
                "# Top\n[1](a) [2](a/README.md#a-b-c-d) [3](#top) [4](https://example.org/x)\n"
                        + "`[5](none)`\n```\n[6](none)\n```\n"
                        + "[7](b) ![8](a/none.png) [9](#bottom) [10](a/README.md#f)\n");
        assertEquals(
                List.of("b", "a/none.png", "#bottom", "a/README.md#f"),
                deadLinks(document).stream()
                        .map(text -> text.replaceAll(".* ", ""))
                        .collect(Collectors.toList()));
    }

    private static List<Path> documents(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path d, BasicFileAttributes a) {
                        String name = d.getFileName().toString();
                        boolean made = name.equals("target") || name.equals(".git");
                        return made ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path f, BasicFileAttributes a) {
                        if (f.getFileName().toString().endsWith(".md")) {
                            found.add(f);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }

    private static List<String> deadLinks(Path document) throws IOException {
        String text = CODE.matcher(Files.readString(document)).replaceAll("");
        return LINK.matcher(text)
                .results()
                .map(m -> m.group(1))
                .filter(link -> !ELSEWHERE.matcher(link).matches() && !isAlive(document, link))
                .map(link -> document + " links to " + link)
                .collect(Collectors.toList());
    }

    private static boolean isAlive(Path document, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
        return Files.exists(target) && (parts.length < 2 || anchors(target).contains(parts[1]));
    }

    private static Set<String> anchors(Path document) {
        try {
            return HEADING.matcher(Files.readString(document))
                    .results()
                    .map(m -> m.group(1).strip().toLowerCase(Locale.ROOT))
                    .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            return Set.of();
        }
    }
}
