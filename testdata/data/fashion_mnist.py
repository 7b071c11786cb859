#!/usr/bin/env python3
"""Cuts the calibration sample and the test sample out of Fashion-MNIST.

    fashion_mnist.py [FOLDER]   FOLDER holds the four IDX files; by default that of Debian's package dataset-fashion-mnist

Calibration: every 300th training image. Test: the first 1,000 test images and their labels. The first of them once
more as the codes that an int8 input of scale 1 and zero point -128 has for it.
"""

import gzip
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent


def rows(path, picked):
    """Returns an IDX file of unsigned bytes that holds only the picked rows of another."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    count, *rest = struct.unpack_from(f">{raw[3]}i", raw, 4)
    start = 4 + 4 * raw[3]
    size = (len(raw) - start) // count
    chosen = [raw[start + i * size:start + (i + 1) * size] for i in range(count)[picked]]
    return raw[:4] + struct.pack(f">{raw[3]}i", len(chosen), *rest) + b"".join(chosen)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
    for source, picked, target in (
        ("train-images-idx3-ubyte.gz", slice(None, None, 300), "fashion-calibration-images-idx3-ubyte.gz"),
        ("t10k-images-idx3-ubyte.gz", slice(1000), "fashion-test-images-idx3-ubyte.gz"),
        ("t10k-labels-idx1-ubyte.gz", slice(1000), "fashion-test-labels-idx1-ubyte.gz"),
    ):
        with open(HERE / target, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as zipped:
            zipped.write(rows(folder / source, picked))
    first = rows(folder / "t10k-images-idx3-ubyte.gz", slice(1))[16:]
    (HERE / "ankle-boot.bin").write_bytes(bytes((pixel - 128) & 255 for pixel in first))


if __name__ == "__main__":
    main()
