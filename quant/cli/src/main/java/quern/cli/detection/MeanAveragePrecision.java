package quern.cli.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Mean average precision as COCO measures it, without crowds and sizes: for each class that occurs
 * and each overlap from 0.5 to 0.95 by 0.05, the mean of the best precision at 101 recalls from 0
 * to 1. Source: the evaluation code of COCO. Used by one thread.
 */
public final class MeanAveragePrecision {
    private static final int RECALLS = 101;
    private static final int OVERLAPS = 10;

    private final Map<Integer, Category> categories = new TreeMap<>();
    private int pictures;

    /** A box that was found, and what it was at each overlap: one of the known boxes or none. */
    private record Found(float score, boolean[] hit) {}

    /** Everything of one class. */
    private static final class Category {
        private final List<Found> found = new ArrayList<>();
        private int known;
    }

    /** No pictures yet. */
    public MeanAveragePrecision() {}

    /**
     * Takes a picture into account.
     *
     * @param found boxes that were found, in any order
     * @param known boxes that are there, in the same unit
     */
    public void add(List<Box> found, List<Box> known) {
        pictures++;
        known.forEach(b -> category(b).known++);
        List<Box> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(Box::score).reversed());
        boolean[][] taken = new boolean[OVERLAPS][known.size()];
        for (Box b : sorted) {
            boolean[] hit = new boolean[OVERLAPS];
            for (int k = 0; k < OVERLAPS; k++) {
                int match = match(b, known, taken[k], 0.5 + 0.05 * k);
                if (match >= 0) {
                    taken[k][match] = true;
                    hit[k] = true;
                }
            }
            category(b).found.add(new Found(b.score(), hit));
        }
    }

    private Category category(Box b) {
        return categories.computeIfAbsent(b.category(), c -> new Category());
    }

    /** The free known box that overlaps most, and enough; -1 if there is none. */
    private static int match(Box b, List<Box> known, boolean[] taken, double least) {
        int best = -1;
        double most = least - 1e-10;
        for (int i = 0; i < known.size(); i++) {
            if (!taken[i] && known.get(i).category() == b.category()) {
                double overlap = b.overlap(known.get(i));
                if (overlap >= most) {
                    most = overlap;
                    best = i;
                }
            }
        }
        return best;
    }

    /** Number of pictures so far. */
    public int pictures() {
        return pictures;
    }

    /** The mean over all overlaps (mAP50-95), 0 to 1; 0 if nothing is known. */
    public double value() {
        double sum = 0;
        for (int k = 0; k < OVERLAPS; k++) {
            sum += at(k);
        }
        return sum / OVERLAPS;
    }

    /** The mean at an overlap of 0.5 (mAP50), 0 to 1. */
    public double at50() {
        return at(0);
    }

    private double at(int overlap) {
        double sum = 0;
        int occurring = 0;
        for (Category c : categories.values()) {
            if (c.known > 0) {
                sum += average(c, overlap);
                occurring++;
            }
        }
        return occurring == 0 ? 0 : sum / occurring;
    }

    private static double average(Category c, int overlap) {
        List<Found> sorted = new ArrayList<>(c.found);
        sorted.sort(Comparator.comparing(Found::score).reversed());
        int n = sorted.size();
        double[] recall = new double[n];
        double[] precision = new double[n];
        int hits = 0;
        for (int i = 0; i < n; i++) {
            hits += sorted.get(i).hit()[overlap] ? 1 : 0;
            recall[i] = (double) hits / c.known;
            precision[i] = (double) hits / (i + 1);
        }
        for (int i = n - 2; i >= 0; i--) {
            precision[i] = Math.max(precision[i], precision[i + 1]);
        }
        double sum = 0;
        int at = 0;
        for (int r = 0; r < RECALLS; r++) {
            while (at < n && recall[at] < r / 100.0) {
                at++;
            }
            sum += at < n ? precision[at] : 0;
        }
        return sum / RECALLS;
    }
}
