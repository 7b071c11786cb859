package quern.cli.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Non-maximum suppression: of overlapping boxes of one class only the best one stays.
 *
 * @param minScore boxes below it are dropped first
 * @param maxOverlap boxes that overlap a better one of their class more are dropped; 1 drops none
 * @param most boxes that are kept, the best ones
 */
record Suppression(float minScore, double maxOverlap, int most) {
    /** The boxes that stay, best first; of equal ones the first. */
    List<Box> apply(List<Box> boxes) {
        List<Box> sorted = new ArrayList<>();
        boxes.stream().filter(b -> b.score() >= minScore).forEach(sorted::add);
        sorted.sort(Comparator.comparing(Box::score).reversed());
        List<Box> kept = new ArrayList<>();
        for (Box b : sorted) {
            boolean covered =
                    kept.stream()
                            .anyMatch(
                                    k -> k.category() == b.category() && k.overlap(b) > maxOverlap);
            if (!covered) {
                kept.add(b);
            }
            if (kept.size() == most) {
                break;
            }
        }
        return kept;
    }
}
