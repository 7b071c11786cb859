#!/usr/bin/env python3
"""Writes the hostile files of this folder: small files that claim to be huge, deep or circular.

Each must be refused with one sentence. The test HostileFilesTest of the formats knows which.
"""

import json
import pathlib
import struct

HERE = pathlib.Path(__file__).resolve().parent
GRAPH = "graph g\ninput %x : F32[2]\nconst @c : F32[2]\n%y = Add(%x, @c) : F32[2]\noutput %y\n"


def qrn(graph, tensors, data, length=None):
    """A .qrn file; tensors are (name, shape, begin, end) of type F32."""
    header = {"__metadata__": {"quern.version": "1", "quern.graph": graph}}
    for name, shape, begin, end in tensors:
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def raw_header(text):
    return struct.pack("<Q", len(text)) + text.encode()


def nested_graphs(depth):
    """Subgraphs within subgraphs."""
    line = "%y = Relu(%x) a={graph g\n"
    return "graph g\ninput %x : F32[2]\n" + line * depth


def shared_scales(users, scales):
    lines = (f"input %x{i} : S8[{scales}] axis=0 scale=@c zero=0\n" for i in range(users))
    return "graph g\n" + "".join(lines)


class Tflite:
    """A file written piece by piece, each behind what refers to it: offsets only point forward."""

    def __init__(self):
        self.bytes = bytearray(b"\0\0\0\0TFL3")
        self.open = 0

    def add(self, piece):
        self.bytes += b"\0" * (-len(self.bytes) % 4)
        self.bytes += piece
        return len(self.bytes) - len(piece)

    def table(self, slots, **fields):
        """Adds a table of 32-bit fields, closes the open offset on it and returns where the fields begin."""
        values = {int(name[1:]): value for name, value in fields.items()}
        vtable = [4 + 2 * slots, 4 + 4 * len(values)] + [0] * slots
        for place, field in enumerate(sorted(values)):
            vtable[2 + field] = 4 + 4 * place
        start = self.add(struct.pack(f"<{len(vtable)}H", *vtable))
        at = self.add(b"\0\0\0\0" + struct.pack(f"<{len(values)}I", *(values[f] for f in sorted(values))))
        struct.pack_into("<i", self.bytes, at, at - start)
        self.close(at)
        return at + 4

    def close(self, target):
        struct.pack_into("<I", self.bytes, self.open, target - self.open)

    def tensors(self):
        """The tables down to the tensors of the only subgraph, whose offset is left open."""
        self.open = self.table(3, f0=3, f2=0) + 4
        subgraphs = self.add(struct.pack("<II", 1, 0))
        self.close(subgraphs)
        self.open = subgraphs + 4
        self.open = self.table(1, f0=0)


def aliased_tensors(count, name_bytes):
    """One tensor with a long name, listed many times."""
    file = Tflite()
    file.tensors()
    vector = file.add(struct.pack(f"<I{count}I", count, *[0] * count))
    file.close(vector)
    file.open = vector + 4
    name = file.table(4, f3=0)
    for i in range(count):
        struct.pack_into("<I", file.bytes, vector + 4 + 4 * i, name - 4 - (vector + 4 + 4 * i))
    file.open = name
    file.close(file.add(struct.pack("<I", name_bytes) + b"n" * name_bytes))
    return bytes(file.bytes)


def huge_vector(count):
    """A vector of tensors that claims to be longer than the file."""
    file = Tflite()
    file.tensors()
    file.close(file.add(struct.pack("<II", count, 0)))
    return bytes(file.bytes)


def table_in_itself():
    """A root table whose vtable is the table itself."""
    return struct.pack("<I4siHH", 8, b"TFL3", 0, 4, 4)


def npy(shape):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }\n" % shape
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header.encode()


FILES = {
    "header-longer-than-memory.qrn": qrn(GRAPH, [("c", [2], 0, 8)], b"\0" * 8, length=2**63 + 5),
    "header-longer-than-file.qrn": qrn(GRAPH, [("c", [2], 0, 8)], b"\0" * 8, length=2**40),
    "arrays-without-end.qrn": raw_header('{"a":' + "[" * 50000),
    "shape-overflows.qrn": qrn(GRAPH, [("c", [2**31 - 1] * 4, 0, 8)], b"\0" * 8),
    "shape-of-gigabytes.qrn": qrn(GRAPH.replace("[2]", "[2000000000]"), [("c", [2000000000], 0, 8)], b"\0" * 8),
    "activation-of-many-gigabytes.qrn": qrn(
        "graph g\ninput %x : F32[1,65535,32767]\noutput %x\n", [], b""
    ),
    "tensors-overlap.qrn": qrn(GRAPH, [("c", [2], 0, 8), ("d", [2], 4, 12)], b"\0" * 12),
    "tensors-leave-a-hole.qrn": qrn(GRAPH, [("c", [2], 8, 16)], b"\0" * 16),
    "graphs-nested-deep.qrn": qrn(nested_graphs(1000), [], b""),
    "node-reads-itself.qrn": qrn(GRAPH.replace("(%x", "(%y"), [("c", [2], 0, 8)], b"\0" * 8),
    "scales-shared-by-thousands.qrn": qrn(
        shared_scales(400, 4096), [("c", [4096], 0, 16384)], struct.pack("<f", 1) * 4096
    ),
    "tensor-listed-thousands-of-times.tflite": aliased_tensors(3000, 20000),
    "vector-longer-than-file.tflite": huge_vector(2**32 - 1),
    "vector-length-wraps.tflite": huge_vector(2**30),
    "table-in-itself.tflite": table_in_itself(),
    "shape-overflows.npy": npy("(4294967296, 4294967296)"),
    "shape-of-gigabytes.npy": npy("(134217728,)"),
}

if __name__ == "__main__":
    for name, content in FILES.items():
        (HERE / name).write_bytes(content)
