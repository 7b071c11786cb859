package quern.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A named value of a node, as it stands in the file.
 *
 * @param path the place in the file
 * @param name the attribute's name
 * @param real the number, if it is one
 * @param integer the integer, if it is one
 * @param text the text, if it is one
 * @param tensor the tensor, if it is one
 * @param graph the graph, if it is one
 * @param reals bits of a list of numbers
 * @param integers a list of integers
 * @param texts a list of texts
 * @param reference name of the function's attribute that gives the value; empty if none does
 */
record ProtoAttribute(
        String path,
        String name,
        Optional<Float> real,
        Optional<Long> integer,
        Optional<String> text,
        Optional<ProtoTensor> tensor,
        Optional<ProtoGraph> graph,
        LongList reals,
        LongList integers,
        List<String> texts,
        String reference) {
    static ProtoAttribute read(Wire w, int depth) {
        String name = "";
        Optional<Float> real = Optional.empty();
        Optional<Long> integer = Optional.empty();
        Optional<String> text = Optional.empty();
        Optional<ProtoTensor> tensor = Optional.empty();
        Optional<ProtoGraph> graph = Optional.empty();
        LongList reals = new LongList();
        LongList integers = new LongList();
        List<String> texts = new ArrayList<>();
        String reference = "";
        while (w.next()) {
            switch (w.field()) {
                case 1 -> name = w.text();
                case 2 -> real = Optional.of(w.real());
                case 3 -> integer = Optional.of(w.integer());
                case 4 -> text = Optional.of(w.lenientText());
                case 5 -> tensor = Optional.of(ProtoTensor.read(w.message("t")));
                case 6 -> graph = Optional.of(ProtoGraph.read(w.message("g"), depth + 1));
                case 7 -> w.reals(reals);
                case 8 -> w.integers(integers);
                case 9 -> texts.add(w.lenientText());
                case 21 -> reference = w.text();
                default -> {}
            }
        }
        return new ProtoAttribute(
                w.path(),
                name,
                real,
                integer,
                text,
                tensor,
                graph,
                reals,
                integers,
                List.copyOf(texts),
                reference);
    }
}
