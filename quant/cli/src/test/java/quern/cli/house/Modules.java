package quern.cli.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The modules of the project, each with the folders of its main classes and what it may use. */
public final class Modules {
    /** For each module's folder the modules whose classes it may use, beside its own. */
    static final Map<String, Set<String>> ALLOWED = allowed();

    private Modules() {}

    private static Map<String, Set<String>> allowed() {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        allowed.put("ops", Set.of());
        allowed.put("formats", Set.of("ops"));
        allowed.put("runtime", Set.of("ops"));
        allowed.put("runtime/simd", Set.of("ops", "runtime"));
        allowed.put("runtime/machinecode", Set.of("ops", "runtime"));
        allowed.put("quant", Set.of("ops", "runtime"));
        allowed.put("quant/cli", Set.of("ops", "formats", "runtime", "quant"));
        return allowed;
    }

    /** The project's root folder. */
    public static Path root() {
        return Path.of(System.getProperty("quern.root")).normalize();
    }

    /** The compiled main classes of a module, those under {@code META-INF/versions} included. */
    static JavaClasses classes(String module) {
        Path folder = root().resolve(module).resolve("target/classes");
        if (!Files.isRegularFile(folder.resolve("module-info.class"))) {
            throw new IllegalStateException(
                    folder + " holds no module-info.class: compile " + module + " first");
        }
        return new ClassFileImporter().importPath(folder);
    }

    /** Every class of the project with the module it belongs to; a class has one home. */
    static Map<String, String> homes() {
        Map<String, String> homes = new LinkedHashMap<>();
        for (String module : ALLOWED.keySet()) {
            for (JavaClass c : classes(module)) {
                String other = homes.put(c.getName(), module);
                if (other != null && !other.equals(module)) {
                    throw new AssertionError(
                            c.getName() + " is both in " + other + " and in " + module);
                }
            }
        }
        return homes;
    }

    /** The jars that a build has made in a module, apart from tests, sources and javadoc. */
    public static List<Path> jars(String module) throws IOException {
        try (Stream<Path> files = Files.list(root().resolve(module).resolve("target"))) {
            return files.filter(Modules::isMainJar).sorted().collect(Collectors.toList());
        }
    }

    private static boolean isMainJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.matches(".*-(tests|sources|javadoc)\\.jar");
    }
}
