package quern.cli.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import quern.cli.house.Modules;

/**
 * The program of {@code src/test/embedding}, compiled against the jars that the build has made and
 * run without anything else of the build.
 */
final class OutsideProgram {
    /** How the program finds the library. */
    enum Way {
        CLASS_PATH,
        MODULE_PATH,
        RUN_TIME_IMAGE
    }

    private static final String MAIN = "embedding.Classify";
    private static final String MODULE = "embedding";

    private final Path folder;
    private final List<Path> jars = new ArrayList<>();

    /** Compiles the program, without and with its module-info, in an empty folder. */
    OutsideProgram(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        for (String module : List.of("ops", "formats", "runtime")) {
            jars.addAll(Modules.jars(module));
        }
        Path sources = Modules.root().resolve("quant/cli/src/test/embedding");
        Path main = sources.resolve("embedding/Classify.java");
        Jdk.javac(folder, classes(), List.of("-cp", Jdk.path(jars)), List.of(main));
        Jdk.javac(
                folder,
                module(),
                List.of("-p", Jdk.path(jars)),
                List.of(main, sources.resolve("module-info.java")));
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private Path module() {
        return folder.resolve("module");
    }

    private Path image() {
        return folder.resolve("image");
    }

    private List<Path> modulePath() {
        List<Path> path = new ArrayList<>(jars);
        path.add(module());
        return path;
    }

    /** Whether this JDK makes run-time images at all. */
    static boolean canLink() {
        return Files.isExecutable(Jdk.tool("jlink"));
    }

    /** Makes the run-time image of the program, the library and what they require. */
    void link() throws IOException, InterruptedException {
        Jdk.run(
                folder,
                List.of(
                        Jdk.tool("jlink").toString(),
                        "--module-path",
                        Jdk.path(modulePath()),
                        "--add-modules",
                        MODULE,
                        "--output",
                        image().toString()));
    }

    /** The modules of the run-time image. */
    List<String> linkedModules() throws IOException, InterruptedException {
        String listed = Jdk.run(folder, List.of(imageJava(), "--list-modules"));
        return listed.lines().map(line -> line.replaceAll("@.*", "")).sorted().toList();
    }

    /** Runs the program and returns what it prints. */
    String run(Way way, List<String> jvmOptions, Path model, Path input)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(way == Way.RUN_TIME_IMAGE ? imageJava() : Jdk.tool("java").toString());
        words.addAll(jvmOptions);
        words.addAll(
                switch (way) {
                    case CLASS_PATH -> List.of("-cp", Jdk.path(classPath()), MAIN);
                    case MODULE_PATH ->
                            List.of("-p", Jdk.path(modulePath()), "-m", MODULE + "/" + MAIN);
                    case RUN_TIME_IMAGE -> List.of("-m", MODULE + "/" + MAIN);
                });
        words.add(model.toString());
        words.add(input.toString());
        return Jdk.run(folder, words);
    }

    private List<Path> classPath() {
        List<Path> path = new ArrayList<>(jars);
        path.add(classes());
        return path;
    }

    private String imageJava() {
        return image().resolve("bin/java").toString();
    }
}
