package quern.runtime.kernel;

import java.util.Optional;
import quern.numeric.Fma;
import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** Products over windows by the tier if it has them, else by plain loops with the same bits. */
final class PanelProducts {
    private final Optional<Products> products;

    PanelProducts(Preparation p) {
        this.products = p.micro().products();
    }

    /** {@link Products#gemmF32} without bias and clamp. */
    void run(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int width,
            float[] y,
            int yOffset,
            int n) {
        if (products.isPresent()) {
            products.get()
                    .gemmF32(
                            walk,
                            first,
                            count,
                            x,
                            xOffset,
                            w,
                            wOffset,
                            width,
                            Slab.NO_BIAS,
                            0,
                            Float.NEGATIVE_INFINITY,
                            Float.POSITIVE_INFINITY,
                            y,
                            yOffset,
                            n);
            return;
        }
        int[] taps = walk.taps();
        for (int p = first; p < first + count; p++) {
            int from = xOffset + walk.from()[p];
            int to = yOffset + walk.to()[p];
            for (int c = 0; c < n; c++) {
                float acc = 0f;
                for (int k = 0; k < taps.length; k++) {
                    acc = Fma.fma(x[from + taps[k]], w[wOffset + k * width + c], acc);
                }
                y[to + c] = acc;
            }
        }
    }
}
