package quern.cli.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import quern.cli.Main;
import quern.cli.house.Modules;
import quern.formats.Models;
import quern.op.OpSet;

/** What the README tells a new user to write and to type is right. */
class ReadmeIT {
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\| `quern (\\w+)");
    private static final Pattern TESTDATA = Pattern.compile("\"(testdata/[^\"]+)\"");
    private static final Pattern OPERATORS =
            Pattern.compile("\\*\\*Operators\\*\\*: ([\\w\\s,]+),\\s+in float32");
    private static final String MODULE_INFO =
            "/** The example. */\nmodule example { requires quern.formats; requires quern.quant; }\n";

    @TempDir Path temp;
    private String readme;
    private Path source;

    @BeforeEach
    void takeTheProgramOut() throws IOException {
        readme = Files.readString(Modules.root().resolve("README.md"));
        List<String> programs =
                PROGRAM.matcher(readme).results().map(m -> m.group(1)).collect(Collectors.toList());
        assertEquals(1, programs.size(), "programs in README.md");
        String testdata = FashionImages.testdata().toString().replace('\\', '/');
        String program = programs.get(0);
        assertTrue(TESTDATA.matcher(program).find(), "the program reads nothing of testdata");
        source = temp.resolve("example/Example.java");
        Files.createDirectories(source.getParent());
        Files.writeString(
                source,
                "package example;\n" + program.replace("\"testdata/", '"' + testdata + '/'));
    }

    @Test
    void theProgramRunsOnTheClassPath() throws Exception {
        Path classes = temp.resolve("classes");
        Jdk.javac(temp, classes, List.of("-cp", Jdk.path(jars())), List.of(source));
        List<Path> classPath = new ArrayList<>(jars());
        classPath.add(classes);
        assertAnswers(List.of("-cp", Jdk.path(classPath), "example.Example"));
    }

    @Test
    void theProgramRunsOnTheModulePath() throws Exception {
        Path info = Files.writeString(source.resolveSibling("module-info.java"), MODULE_INFO);
        Path module = temp.resolve("module");
        List<String> options = List.of("-p", Jdk.path(jars()));
        Jdk.javac(temp, module, options, List.of(info, source));
        List<Path> modulePath = new ArrayList<>(jars());
        modulePath.add(module);
        assertAnswers(List.of("-p", Jdk.path(modulePath), "-m", "example/example.Example"));
    }

    @Test
    void theProgramRunsAsASourceFile() throws Exception {
        String everyJar = Modules.root().resolve("quant/cli/target/quern/lib") + "/*";
        assertAnswers(List.of("-cp", everyJar, source.toString()));
    }

    private void assertAnswers(List<String> options) throws Exception {
        List<String> words = new ArrayList<>(List.of(Jdk.tool("java").toString()));
        words.addAll(options);
        assertEquals("class " + FashionImages.label(0), Jdk.run(temp, words));
        Path written = temp.resolve("fashion_cnn_int8.qrn");
        assertTrue(Files.size(written) < Files.size(FashionImages.model()) / 2);
        assertTrue(Models.read(written).inputs().get(0).type().isQuantized());
    }

    /** What the distribution holds of the library, and what quant needs. */
    private static List<Path> jars() throws IOException {
        Path lib = Modules.root().resolve("quant/cli/target/quern/lib");
        try (Stream<Path> files = Files.list(lib)) {
            List<Path> jars =
                    files.filter(ReadmeIT::isOfTheLibrary).sorted().collect(Collectors.toList());
            assertEquals(5, jars.size(), jars.toString());
            return jars;
        }
    }

    private static boolean isOfTheLibrary(Path jar) {
        return jar.getFileName()
                .toString()
                .matches("(quern-(ops|formats|runtime|quant)|fastutil-core)-\\d.*\\.jar");
    }

    @Test
    void theTableOfCommandsIsThatOfTheProgram() {
        Set<String> listed =
                COMMAND.matcher(readme)
                        .results()
                        .map(m -> m.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(new CommandLine(new Main()).getSubcommands().keySet()), listed);
    }

    @Test
    void theOperatorsAreThoseThatThereAre() {
        Matcher listed = OPERATORS.matcher(readme);
        assertTrue(listed.find(), "README.md has no list of operators");
        assertEquals(
                OpSet.standard().rows().stream()
                        .map(OpSet.Row::name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(List.of(listed.group(1).split(",\\s+"))));
    }
}
