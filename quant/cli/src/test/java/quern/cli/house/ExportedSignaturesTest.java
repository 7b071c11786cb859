package quern.cli.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The collections that quant computes with stay inside it. */
class ExportedSignaturesTest {
    private static final String FASTUTIL = "it.unimi.dsi.";

    /** Its signatures name java.util in every place where a type may stand. */
    public abstract static class Leaky<T extends Map<String, T>> extends ArrayList<T> {
        private static final long serialVersionUID = 1;
        protected transient Set<T>[] field;
        private transient Set<T> hidden;

        protected abstract List<? extends Iterable<Set<String>>> method(Map<String, T>[] argument);

        final int size(Set<T> notExported) {
            return notExported.size() + hidden.size();
        }
    }

    @Test
    void quantExportsNoFastutil() {
        Path classes = Modules.root().resolve("quant/target/classes");
        ModuleDescriptor descriptor =
                ModuleFinder.of(classes).find("quern.quant").orElseThrow().descriptor();
        Set<String> exported =
                descriptor.exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet());
        Set<String> leaks = new TreeSet<>();
        for (JavaClass c : Modules.classes("quant")) {
            if (exported.contains(c.getPackageName())) {
                leaks.addAll(leaks(c, FASTUTIL));
            }
        }
        assertEquals(Set.of(), leaks);
    }

    @Test
    void aLeakIsFoundWhereverATypeMayStand() {
        Set<String> leaks = leaks(new ClassFileImporter().importClass(Leaky.class), "java.util.");
        String text = String.join("\n", leaks);
        for (String place : List.of("extends", "<T>", "field", "method", "<init>")) {
            assertEquals(!place.equals("<init>"), text.contains(place), place + " in " + text);
        }
        assertTrue(!text.contains("hidden") && !text.contains("size"), text);
    }

    /** Where types under the prefix stand in what a public class shows to others. */
    private static Set<String> leaks(JavaClass c, String prefix) {
        Set<String> leaks = new TreeSet<>();
        if (!isShown(c.getModifiers())) {
            return leaks;
        }
        c.getSuperclass().ifPresent(t -> check(t, prefix, c.getName() + " extends", leaks));
        c.getInterfaces().forEach(t -> check(t, prefix, c.getName() + " implements", leaks));
        checkBounds(c.getTypeParameters(), prefix, c.getName(), leaks);
        for (JavaMember member : c.getMembers()) {
            if (isShown(member.getModifiers())) {
                checkMember(member, prefix, leaks);
            }
        }
        return leaks;
    }

    private static void checkMember(JavaMember member, String prefix, Set<String> leaks) {
        String where = member.getFullName();
        if (member instanceof JavaField field) {
            check(field.getType(), prefix, where, leaks);
        } else if (member instanceof JavaCodeUnit code) {
            check(code.getReturnType(), prefix, where, leaks);
            code.getParameterTypes().forEach(t -> check(t, prefix, where, leaks));
            code.getExceptionTypes().forEach(t -> check(t, prefix, where, leaks));
            checkBounds(code.getTypeParameters(), prefix, where, leaks);
        }
    }

    private static void checkBounds(
            List<? extends JavaTypeVariable<?>> variables,
            String prefix,
            String where,
            Set<String> leaks) {
        for (JavaTypeVariable<?> variable : variables) {
            for (JavaType bound : variable.getUpperBounds()) {
                check(bound, prefix, where + " <" + variable.getName() + ">", leaks);
            }
        }
    }

    private static void check(JavaType type, String prefix, String where, Set<String> leaks) {
        for (JavaClass used : type.getAllInvolvedRawTypes()) {
            if (used.getBaseComponentType().getName().startsWith(prefix)) {
                leaks.add(where + " shows " + used.getName());
            }
        }
    }

    private static boolean isShown(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC)
                || modifiers.contains(JavaModifier.PROTECTED);
    }
}
