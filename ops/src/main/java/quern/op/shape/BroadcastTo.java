package quern.op.shape;

import quern.error.ShapeException;
import quern.op.Attributes;
import quern.op.OpInputs;
import quern.tensor.Ints;
import quern.tensor.Shape;

/**
 * A tensor repeated along axes of size 1 and along new leading axes, until it has a given shape.
 *
 * @param shape the dimensions of the output
 */
public record BroadcastTo(Ints shape) implements Moving {
    public BroadcastTo {
        Shape.of(shape.toArray());
    }

    @Override
    public Shape move(OpInputs in) {
        Shape x = in.type(0).shape();
        Shape y = Shape.of(shape.toArray());
        if (x.rank() > y.rank() || !Shape.broadcast(x, y).equals(y)) {
            throw new ShapeException("shape " + x + " cannot be broadcast to " + y);
        }
        return y;
    }

    @Override
    public void write(Attributes a) {
        a.put("shape", shape);
    }

    /** Restores what {@link #write} wrote. */
    public static BroadcastTo read(Attributes a) {
        return new BroadcastTo(a.ints("shape"));
    }
}
