package quern.cli.detection;

/**
 * A rectangle with a class. Left is less than right and top less than bottom; the unit is the
 * caller's.
 *
 * @param category the class, counted from 0
 * @param score how sure a detector is, 0 to 1; 1 for what is known
 */
public record Box(int category, float score, double left, double top, double right, double bottom) {
    /** A box around a centre. */
    static Box around(int category, float score, double x, double y, double width, double height) {
        return new Box(
                category, score, x - width / 2, y - height / 2, x + width / 2, y + height / 2);
    }

    private double area() {
        return Math.max(0, right - left) * Math.max(0, bottom - top);
    }

    /** Intersection over union of two boxes, 0 to 1. */
    public double overlap(Box other) {
        double width = Math.min(right, other.right) - Math.max(left, other.left);
        double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
        if (!(width > 0 && height > 0)) {
            return 0;
        }
        double both = width * height;
        return both / (area() + other.area() - both);
    }
}
