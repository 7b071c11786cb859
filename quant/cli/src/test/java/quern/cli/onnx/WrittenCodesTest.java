package quern.cli.onnx;

import java.io.*;
import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.*;
import org.junit.jupiter.api.io.TempDir;
import quern.cases.*;
import quern.fixedpoint.RoundingMode;
import quern.formats.Models;
import quern.graph.Graph;
import quern.rewrite.Stages;
import quern.tensor.*;

class WrittenCodesTest {
    @TempDir Path folder;

    @Test
    void all() throws Exception {
        Map<String,int[]> stat = new TreeMap<>(); Map<String,String> first = new TreeMap<>();
        for (OpCases.Row row : OpCases.rows()) {
            String op = row.type().getSimpleName();
            if (!op.matches(System.getProperty("only", ".*"))) continue;
            List<OpCase> all = new ArrayList<>(row.awkward());
            for (int i = 0; i < 30; i++) all.add(row.random(i * Draw.MAX_SIZE / 30, 77 + i));
            int[] s = stat.computeIfAbsent(op, k -> new int[6]);
            for (OpCase c : all) {
                if (!c.isQuantized() || java.util.stream.Stream.concat(c.inputs().stream(), c.graph().constants().values().stream()).anyMatch(t -> t.elements() == 0)) continue;
                Files.writeString(Path.of("/tmp/wc.last"), c.toString());
                Graph g;
                List<Tensor> expected;
                try { g = c.graph().withRounding(RoundingMode.FLOAT_EVEN); expected = Stages.reference(g, c.inputs()); } catch (RuntimeException e) { s[0]++; continue; }
                Path p = folder.resolve("a.onnx");
                try { Models.writeOnnx(g, p, 21, 10); } catch (quern.error.UnsupportedOpException e) { s[1]++; first.putIfAbsent(op+" refused", e.getMessage()); continue; }
                List<Tensor> actual;
                try (OrtModel m = new OrtModel(Files.readAllBytes(p))) { actual = m.run(c.inputs()); } catch (Throwable e) { s[2]++; first.putIfAbsent(op+" ort", e.getMessage()+"\n"+c); continue; }
                boolean same = true; String why = "";
                for (int i = 0; i < expected.size(); i++) { Tensor e = expected.get(i), a = actual.get(i);
                    if (!e.shape().equals(a.shape())) { same = false; why = e.shape()+" "+a.shape(); break; }
                    for (int k = 0; k < e.elements() && same; k++) {
                        boolean eq = e.dtype().isFloat() ? Float.compare(e.real(k), a.real(k)) == 0 : (e.dtype() == DType.U16 ? (short) e.integer(k) : e.integer(k)) == a.integer(k);
                        if (!eq) { same = false; why = "output "+i+" element "+k+": ours "+(e.dtype().isFloat()?e.real(k):e.integer(k))+" ort "+(e.dtype().isFloat()?a.real(k):a.integer(k)); }
                    } }
                if (same) s[3]++; else { s[4]++; first.putIfAbsent(op+" differs "+(s[4]<9?s[4]:9), why+"\n"+c); }
            }
        }
        stat.forEach((k, s) -> System.out.println("STAT " + k + " notEven " + s[0] + " refused " + s[1] + " ortFails " + s[2] + " same " + s[3] + " differ " + s[4]));
        first.forEach((k, v) -> System.out.println("FIRST " + k + ": " + v.substring(0, Math.min(1200, v.length()))));
    }
}
