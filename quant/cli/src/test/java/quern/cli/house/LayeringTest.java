package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing points upward, and the modules under the command need nothing but the JDK. */
class LayeringTest {
    private static final Set<String> FREE_OF_THIRD_PARTIES =
            Set.of("ops", "formats", "runtime", "runtime/simd", "runtime/machinecode");

    private static final Map<String, String> HOMES = Modules.homes();

    static Set<String> modules() {
        return Modules.ALLOWED.keySet();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void usesOnlyTheModulesBelow(String module) {
        List<String> upward = new ArrayList<>();
        for (JavaClass c : Modules.classes(module)) {
            upward.addAll(violations(c, module, HOMES));
        }
        assertEquals(List.of(), upward);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void declaresOnlyTheModulesBelow(String module) {
        Set<String> declared = new TreeSet<>();
        for (ModuleDescriptor.Requires requires : descriptor(module).requires()) {
            String name = requires.name();
            boolean jdk = name.startsWith("java.") || name.startsWith("jdk.");
            if (name.startsWith("quern.") || (FREE_OF_THIRD_PARTIES.contains(module) && !jdk)) {
                declared.add(name);
            }
        }
        for (String below : Modules.ALLOWED.get(module)) {
            declared.remove(descriptor(below).name());
        }
        assertEquals(Set.of(), declared, module + " requires what it may not");
    }

    @Test
    void opsAndRuntimeRunOnJavaBaseAlone() {
        for (String module : List.of("ops", "runtime")) {
            for (ModuleDescriptor.Requires requires : descriptor(module).requires()) {
                String name = requires.name();
                assertTrue(
                        name.equals("java.base") || name.startsWith("quern."),
                        module + " requires " + name);
            }
        }
    }

    @Test
    void aPackageHasOneHome() {
        Map<String, String> owners = new HashMap<>();
        HOMES.forEach(
                (name, module) -> {
                    String folder = name.substring(0, Math.max(0, name.lastIndexOf('.')));
                    String other = folder.isEmpty() ? null : owners.put(folder, module);
                    assertTrue(
                            other == null || other.equals(module),
                            folder + " is both in " + other + " and in " + module);
                });
    }

    @Test
    void aClassThatPointsUpwardIsFound() {
        JavaClass here = new ClassFileImporter().importClass(LayeringTest.class);
        Map<String, String> homes = Map.of(Modules.class.getName(), "quant/cli");
        assertTrue(!violations(here, "ops", homes).isEmpty());
        assertEquals(List.of(), violations(here, "quant/cli", homes));
    }

    private static List<String> violations(JavaClass c, String module, Map<String, String> homes) {
        List<String> found = new ArrayList<>();
        for (Dependency dependency : c.getDirectDependenciesFromSelf()) {
            String target = dependency.getTargetClass().getBaseComponentType().getName();
            String home = homes.getOrDefault(target, module);
            if (!home.equals(module) && !Modules.ALLOWED.get(module).contains(home)) {
                found.add(dependency.getDescription());
            }
        }
        return found;
    }

    private static ModuleDescriptor descriptor(String module) {
        Path classes = Modules.root().resolve(module).resolve("target/classes");
        return ModuleFinder.of(classes).findAll().iterator().next().descriptor();
    }
}
