package quern.machinecode;

/** A mask register of AVX-512; number 0 stands for no mask. */
enum Opmask {
    K0,
    K1,
    K2,
    K3,
    K4,
    K5,
    K6,
    K7
}
