package quern.cli.detection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import quern.error.ShapeException;
import quern.tensor.DType;
import quern.tensor.Shape;
import quern.tensor.Tensor;

/**
 * How the outputs of a family of detectors become boxes in pixels of the network's input. A cell of
 * a YOLOX is a box of its best class; a cell of the others is one of each class.
 */
public enum Decoder {
    /**
     * YOLOX: {@code [1, cells, 5 + classes]} on grids of stride 8, 16 and 32; centre, size as
     * logarithm, objectness and class scores, both after the sigmoid.
     */
    YOLOX(0.65) {
        @Override
        void decode(List<Tensor> outputs, int height, int width, List<Box> to) {
            Rows r = rows(outputs.get(0), 6);
            int at = 0;
            for (int stride : new int[] {8, 16, 32}) {
                for (int cell = 0; cell < height / stride * (width / stride); cell++, at++) {
                    r.require(at);
                    int column = cell % (width / stride);
                    int row = cell / (width / stride);
                    double x = (r.at(at, 0) + column) * stride;
                    double y = (r.at(at, 1) + row) * stride;
                    double w = Math.exp(r.at(at, 2)) * stride;
                    double h = Math.exp(r.at(at, 3)) * stride;
                    int best = r.best(at, 5, r.columns);
                    float score = r.at(at, 4) * r.at(at, best);
                    to.add(Box.around(best - 5, score, x, y, w, h));
                }
            }
            r.requireAll(at);
        }
    },

    /**
     * FastestDet: {@code [1, 5 + classes, rows, columns]}; objectness, offset of the centre (tanh),
     * size as part of the picture (sigmoid), class scores after the softmax. The score is {@code
     * objectness^0.6 * class^0.4}.
     */
    FASTESTDET(0.45) {
        @Override
        void decode(List<Tensor> outputs, int height, int width, List<Box> to) {
            Tensor t = outputs.get(0);
            Shape s = t.shape();
            if (s.rank() != 4 || s.dim(0) != 1 || s.dim(1) < 6) {
                throw unfit(t, "[1,5+classes,rows,columns]");
            }
            int cells = s.dim(2) * s.dim(3);
            Rows r = new Rows(reals(t), s.dim(1), cells, 1, cells);
            for (int cell = 0; cell < cells; cell++) {
                double x = (cell % s.dim(3) + Math.tanh(r.at(cell, 1))) / s.dim(3) * width;
                double y = (cell / s.dim(3) + Math.tanh(r.at(cell, 2))) / s.dim(2) * height;
                double w = sigmoid(r.at(cell, 3)) * width;
                double h = sigmoid(r.at(cell, 4)) * height;
                for (int c = 5; c < r.columns; c++) {
                    double score = Math.pow(r.at(cell, 0), 0.6) * Math.pow(r.at(cell, c), 0.4);
                    add(to, Box.around(c - 5, (float) score, x, y, w, h));
                }
            }
        }
    },

    /**
     * Detectors with TFLite's post-processing inside: boxes {@code [1, n, 4]} (top, left, bottom,
     * right as parts of the input), classes, scores and their number. The 90 numbers of COCO's
     * categories become the 80 classes that COCO has.
     */
    SSD(1) {
        @Override
        void decode(List<Tensor> outputs, int height, int width, List<Box> to) {
            if (outputs.size() < 4) {
                throw new ShapeException(
                        "--decode ssd wants four outputs (boxes, classes, scores, number), not "
                                + outputs.size());
            }
            Rows r = rows(outputs.get(0), 4);
            float[] classes = reals(outputs.get(1));
            float[] scores = reals(outputs.get(2));
            int n = (int) Math.min(reals(outputs.get(3))[0], Math.min(r.count, scores.length));
            for (int i = 0; i < n; i++) {
                int category = coco80((int) classes[i]);
                if (category >= 0) {
                    to.add(
                            new Box(
                                    category,
                                    scores[i],
                                    r.at(i, 1) * width,
                                    r.at(i, 0) * height,
                                    r.at(i, 3) * width,
                                    r.at(i, 2) * height));
                }
            }
        }
    },

    /** YOLOv8: {@code [1, 4 + classes, cells]}; centre and size in pixels, class scores. */
    YOLOV8(0.7) {
        @Override
        void decode(List<Tensor> outputs, int height, int width, List<Box> to) {
            Tensor t = outputs.get(0);
            Shape s = t.shape();
            if (s.rank() != 3 || s.dim(0) != 1 || s.dim(1) < 5) {
                throw unfit(t, "[1,4+classes,cells]");
            }
            Rows r = new Rows(reals(t), s.dim(1), s.dim(2), 1, s.dim(2));
            for (int i = 0; i < r.count; i++) {
                for (int c = 4; c < r.columns; c++) {
                    float score = r.at(i, c);
                    add(
                            to,
                            Box.around(
                                    c - 4, score, r.at(i, 0), r.at(i, 1), r.at(i, 2), r.at(i, 3)));
                }
            }
        }
    },

    /**
     * NanoDet-Plus: {@code [1, cells, classes + 32]} on grids of stride 8, 16, 32 and 64; class
     * scores after the sigmoid, then for each side (left, top, right, bottom) the logits of the
     * distances 0 to 7, in strides.
     */
    NANODET(0.6) {
        @Override
        void decode(List<Tensor> outputs, int height, int width, List<Box> to) {
            Rows r = rows(outputs.get(0), 4 * DISTANCES + 1);
            int classes = r.columns - 4 * DISTANCES;
            int at = 0;
            for (int stride : new int[] {8, 16, 32, 64}) {
                int columns = (width + stride - 1) / stride;
                int lines = (height + stride - 1) / stride;
                for (int cell = 0; cell < columns * lines; cell++, at++) {
                    r.require(at);
                    double x = cell % columns * stride;
                    double y = (double) (cell / columns) * stride;
                    double[] side = new double[4];
                    for (int k = 0; k < 4; k++) {
                        side[k] = r.expected(at, classes + k * DISTANCES, DISTANCES) * stride;
                    }
                    for (int c = 0; c < classes; c++) {
                        add(
                                to,
                                new Box(
                                        c,
                                        r.at(at, c),
                                        x - side[0],
                                        y - side[1],
                                        x + side[2],
                                        y + side[3]));
                    }
                }
            }
            r.requireAll(at);
        }
    };

    private static final int DISTANCES = 8;
    private static final List<Integer> NO_COCO_CATEGORY =
            List.of(12, 26, 29, 30, 45, 66, 68, 69, 71, 83);
    private static final float MIN_SCORE = 0.001f;
    private static final int MOST_BOXES = 100;

    private final double usualOverlap;

    Decoder(double usualOverlap) {
        this.usualOverlap = usualOverlap;
    }

    abstract void decode(List<Tensor> outputs, int height, int width, List<Box> to);

    /** The name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The decoder of a name.
     *
     * @throws IllegalArgumentException if there is none; the sentence lists the known
     */
    public static Decoder parse(String label) {
        for (Decoder d : values()) {
            if (d.label().equals(label)) {
                return d;
            }
        }
        throw new IllegalArgumentException(
                "there is no decoder '"
                        + label
                        + "'; known are "
                        + Arrays.stream(values())
                                .map(Decoder::label)
                                .collect(Collectors.joining(", ")));
    }

    /** The overlap above which boxes of one class are dropped, if nothing else is said. */
    public double usualOverlap() {
        return usualOverlap;
    }

    /**
     * The boxes of a picture, best first, in pixels of the network's input.
     *
     * @param height of the input
     * @param width of the input
     * @param maxOverlap boxes that overlap a better one of their class more are dropped
     * @throws ShapeException if the outputs are not those of such a detector
     */
    public List<Box> boxes(List<Tensor> outputs, int height, int width, double maxOverlap) {
        List<Box> all = new ArrayList<>();
        decode(outputs, height, width, all);
        return new Suppression(MIN_SCORE, maxOverlap, MOST_BOXES).apply(all);
    }

    /** The class, of 80, of a category that is counted from 0; -1 if it has none. */
    private static int coco80(int category) {
        int id = category + 1;
        if (id < 1 || id > 90 || NO_COCO_CATEGORY.contains(id)) {
            return -1;
        }
        return category - (int) NO_COCO_CATEGORY.stream().filter(c -> c < id).count();
    }

    private static void add(List<Box> to, Box box) {
        if (box.score() >= MIN_SCORE) {
            to.add(box);
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static float[] reals(Tensor t) {
        float[] all = new float[t.elements()];
        for (int i = 0; i < all.length; i++) {
            all[i] =
                    t.dtype() == DType.F32
                            ? t.real(i)
                            : t.type().scale(0) * (t.code(i) - t.type().zeroPoint(0));
        }
        return all;
    }

    private static Rows rows(Tensor t, int columns) {
        Shape s = t.shape();
        if (s.rank() != 3 || s.dim(0) != 1 || s.dim(2) < columns) {
            throw unfit(t, "[1,cells,numbers] with at least " + columns + " numbers");
        }
        return new Rows(reals(t), s.dim(2), s.dim(1), s.dim(2), 1);
    }

    private static ShapeException unfit(Tensor t, String expected) {
        return new ShapeException("the detector's output is " + t.shape() + ", not " + expected);
    }

    /** Numbers of each cell, whichever way they are stored. */
    private static final class Rows {
        private final float[] values;
        private final int columns;
        private final int count;
        private final int rowStep;
        private final int columnStep;

        Rows(float[] values, int columns, int count, int rowStep, int columnStep) {
            this.values = values;
            this.columns = columns;
            this.count = count;
            this.rowStep = rowStep;
            this.columnStep = columnStep;
        }

        float at(int row, int column) {
            return values[row * rowStep + column * columnStep];
        }

        int best(int row, int from, int to) {
            int best = from;
            for (int c = from + 1; c < to; c++) {
                best = at(row, c) > at(row, best) ? c : best;
            }
            return best;
        }

        /** The mean of 0, 1, ... weighted with the softmax of some numbers. */
        double expected(int row, int from, int n) {
            double largest = at(row, best(row, from, from + n));
            double sum = 0;
            double weighted = 0;
            for (int i = 0; i < n; i++) {
                double e = Math.exp(at(row, from + i) - largest);
                sum += e;
                weighted += i * e;
            }
            return weighted / sum;
        }

        void require(int row) {
            if (row >= count) {
                throw grids(row + 1 + " or more");
            }
        }

        void requireAll(int rows) {
            if (rows != count) {
                throw grids("" + rows);
            }
        }

        private ShapeException grids(String expected) {
            return new ShapeException(
                    "the output has "
                            + count
                            + " cells, but the grids of an input of this size have "
                            + expected);
        }
    }
}
