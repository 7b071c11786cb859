package quern.quant.search;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import quern.quant.search.PrecisionSearch.Point;

/** What a search has measured, so that it need not be measured again. */
public interface Journal {
    /** The point of a trial, if it is known. */
    Optional<Point> point(String trial);

    /** Keeps the point of a trial. */
    void add(String trial, Point point);

    /** One that forgets when it is dropped. */
    static Journal inMemory() {
        Map<String, Point> points = new HashMap<>();
        return new Journal() {
            @Override
            public Optional<Point> point(String trial) {
                return Optional.ofNullable(points.get(trial));
            }

            @Override
            public void add(String trial, Point point) {
                points.put(trial, point);
            }
        };
    }
}
