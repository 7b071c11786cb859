package quern.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import quern.cli.Progress;
import quern.cli.UserException;
import quern.cli.data.DataOptions;
import quern.cli.data.DataSet;
import quern.cli.data.ImageFit;
import quern.cli.data.Placement;
import quern.cli.detection.Box;
import quern.cli.detection.BoxLabels;
import quern.cli.detection.Decoder;
import quern.cli.detection.MeanAveragePrecision;
import quern.graph.Graph;
import quern.runtime.PlanOptions;
import quern.runtime.Session;
import quern.tensor.Tensor;

/** Runs a detector on a folder of pictures and compares its boxes with labelled ones. */
final class Detections {
    private final Graph graph;
    private final Decoder decoder;
    private final double overlap;
    private final DataOptions options;
    private final String spec;
    private final Path labels;

    Detections(
            Graph graph,
            Decoder decoder,
            double overlap,
            DataOptions options,
            String spec,
            Path labels) {
        this.graph = graph;
        this.decoder = decoder;
        this.overlap = overlap;
        this.options = options;
        this.spec = spec;
        this.labels = labels;
    }

    MeanAveragePrecision measure(PlanOptions plan) {
        ImageFit fit =
                options.preprocessing(graph.metadata())
                        .image()
                        .orElseThrow(
                                () ->
                                        new UserException(
                                                "metric map needs --image HxW:FIT, which says how"
                                                        + " pictures become inputs"));
        BoxLabels known = BoxLabels.open(labels);
        MeanAveragePrecision map = new MeanAveragePrecision();
        try (DataSet samples = DataSet.open(spec, options, graph, DataSet.ALL);
                Session session = Session.open(graph, plan);
                Progress progress = new Progress("eval", samples.size())) {
            for (int i = 0; i < samples.size(); i++) {
                session.resetState();
                List<Tensor> outputs = session.run(samples.inputs(i).toArray(Tensor[]::new));
                List<Box> found = decoder.boxes(outputs, fit.height(), fit.width(), overlap);
                int[] size = samples.pictureSize(i);
                Placement place = fit.place(size[0], size[1]);
                map.add(inPicture(found, place, size), known.boxes(samples.stem(i)));
                progress.step();
            }
        }
        return map;
    }

    /** Boxes in parts of the picture's width and height. */
    private static List<Box> inPicture(List<Box> boxes, Placement p, int[] size) {
        List<Box> all = new ArrayList<>();
        for (Box b : boxes) {
            all.add(
                    new Box(
                            b.category(),
                            b.score(),
                            across(b.left(), p, size[1]),
                            down(b.top(), p, size[0]),
                            across(b.right(), p, size[1]),
                            down(b.bottom(), p, size[0])));
        }
        return all;
    }

    private static double across(double x, Placement p, int width) {
        double at = p.sourceX() + (x - p.left()) * p.sourceWidth() / p.width();
        return at / width;
    }

    private static double down(double y, Placement p, int height) {
        double at = p.sourceY() + (y - p.top()) * p.sourceHeight() / p.height();
        return at / height;
    }
}
