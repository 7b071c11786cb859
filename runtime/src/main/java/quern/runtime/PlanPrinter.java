package quern.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import quern.runtime.arena.ArenaLayout;
import quern.runtime.kernel.Operand;
import quern.runtime.kernel.Scratch;
import quern.tensor.DType.Storage;

/** Writes a plan as text. */
final class PlanPrinter {
    private final Plan plan;
    private final ArenaLayout layout;
    private final StringBuilder text = new StringBuilder();

    PlanPrinter(Plan plan) {
        this.plan = plan;
        this.layout = plan.layout();
    }

    String text() {
        line(
                "plan %s: %d steps, tier %s, threads %d",
                plan.graph().name(), plan.steps().size(), plan.tier(), plan.options().threads());
        line(
                "arena %d bytes (%s), largest live set %d bytes, accumulators %d bytes, packed weights %d bytes",
                plan.arenaBytes(),
                slabs(),
                plan.largestLiveSetBytes(),
                plan.accumulatorBytes(),
                plan.packedWeightBytes());
        plan.graph().inputs().forEach(v -> line("input  %s : %s", v.name(), place(v.name())));
        int number = 0;
        for (Step s : plan.steps()) {
            step(++number, s);
        }
        plan.graph().outputs().forEach(name -> line("output %s : %s", name, place(name)));
        plan.referenceNodes()
                .forEach((node, why) -> line("reference kernel for %s: %s", node, why));
        return text.toString();
    }

    private void step(int number, Step s) {
        line(
                "%4d %-12s %s%s",
                number,
                s.kernel().name(),
                s.title(),
                s.parts() > 1 ? " in " + s.parts() + " parts" : "");
        s.inputs().forEach(o -> line("       reads  %s", place(o)));
        s.outputs().forEach(o -> line("       writes %s", place(o)));
        for (int i = 0; i < s.scratch().size(); i++) {
            Scratch piece = s.scratch().get(i);
            line("       scratch %d elements@%d", piece.size(), layout.offset(piece.buffer()));
        }
    }

    private String slabs() {
        List<String> words = new ArrayList<>();
        for (Storage s : Storage.values()) {
            if (layout.bytes(s) > 0) {
                words.add(word(s) + " " + layout.bytes(s));
            }
        }
        return String.join(", ", words);
    }

    private String place(String value) {
        return plan.place(value).map(this::place).orElse("");
    }

    private String place(Operand o) {
        return o.type()
                + (o.isConstant()
                        ? " constant"
                        : " " + word(o.type().dtype().storage()) + "@" + layout.offset(o.buffer()));
    }

    private static String word(Storage s) {
        return s.name().toLowerCase(Locale.ROOT);
    }

    private void line(String format, Object... args) {
        text.append(String.format(Locale.ROOT, format, args)).append('\n');
    }
}
