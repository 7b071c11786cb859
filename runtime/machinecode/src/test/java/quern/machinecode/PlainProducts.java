package quern.machinecode;

import quern.runtime.micro.Products;
import quern.runtime.micro.Walk;

/** The formulas of {@link Products} as plain loops. */
final class PlainProducts implements Products {
    @Override
    public boolean hasCodes() {
        return true;
    }

    @Override
    public void gemmF32(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            int wOffset,
            int width,
            float[] bias,
            int biasOffset,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n) {
        for (int p = first; p < first + count; p++) {
            for (int c = 0; c < n; c++) {
                float acc = bias[biasOffset + c];
                for (int k = 0; k < walk.taps().length; k++) {
                    float input = x[xOffset + walk.from()[p] + walk.taps()[k]];
                    acc = Math.fma(input, w[wOffset + k * width + c], acc);
                }
                y[yOffset + walk.to()[p] + c] = Math.min(Math.max(acc, low), high);
            }
        }
    }

    @Override
    public void gemmS8S32(
            Walk walk,
            int first,
            int count,
            byte[] x,
            int xOffset,
            int flip,
            byte[] w,
            int wOffset,
            int width,
            int[] bias,
            int biasOffset,
            int[] acc) {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < width; c++) {
                int sum = bias[biasOffset + c];
                for (int k = 0; k < walk.taps().length; k++) {
                    int at = xOffset + walk.from()[first + i] + walk.taps()[k];
                    for (int j = 0; j < GROUP; j++) {
                        int code = x[at + j] & 255 ^ flip;
                        sum += code * w[wOffset + (k * width + c) * GROUP + j];
                    }
                }
                acc[i * width + c] = sum;
            }
        }
    }

    @Override
    public void depthwiseF32(
            Walk walk,
            int first,
            int count,
            float[] x,
            int xOffset,
            float[] w,
            float[] bias,
            float low,
            float high,
            float[] y,
            int yOffset,
            int n) {
        for (int p = first; p < first + count; p++) {
            for (int c = 0; c < n; c++) {
                float acc = bias[c];
                for (int k = 0; k < walk.taps().length; k++) {
                    float input = x[xOffset + walk.from()[p] + walk.taps()[k] + c];
                    acc = Math.fma(input, w[k * n + c], acc);
                }
                y[yOffset + walk.to()[p] + c] = Math.min(Math.max(acc, low), high);
            }
        }
    }
}
