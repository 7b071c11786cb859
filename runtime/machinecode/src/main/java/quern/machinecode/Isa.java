package quern.machinecode;

/** Vector instructions to choose from, the later the better. */
enum Isa {
    /** 256 bits, products of bytes by way of 16 bits. */
    AVX2(256, 2),
    /** 256 bits with dot products of bytes. */
    AVX_VNNI(256, 2),
    /** 512 bits with dot products of bytes. */
    AVX512_VNNI(512, 4);

    private final int bits;
    private final int vectors;

    Isa(int bits, int vectors) {
        this.bits = bits;
        this.vectors = vectors;
    }

    /** The width of vectors. */
    int bits() {
        return bits;
    }

    /** Lanes of 32 bits in a vector. */
    int lanes() {
        return bits / 32;
    }

    /** The most vectors of channels in a tile. */
    int vectors() {
        return vectors;
    }

    /** The most channels in a tile. */
    int channels() {
        return vectors * lanes();
    }

    /** The most pixels in a tile of float32 numbers. */
    int pixels() {
        return 6;
    }

    /** The most pixels in a tile of codes. */
    int codePixels() {
        return this == AVX2 ? 3 : 6;
    }
}
