package quern.machinecode;

/**
 * A vector register.
 *
 * @param number 0 to 31; from 16 on with AVX-512 only
 * @param bits 128, 256 or 512
 */
record Vec(int number, int bits) {
    static Vec xmm(int number) {
        return new Vec(number, 128);
    }

    static Vec ymm(int number) {
        return new Vec(number, 256);
    }

    static Vec zmm(int number) {
        return new Vec(number, 512);
    }

    int bytes() {
        return bits / 8;
    }
}
