"""Reads and writes .qrn files with float32 tensors: a safetensors file whose metadata holds the graph as text."""

import json
import struct

import numpy as np


def write(path, graph, tensors, metadata):
    """Writes the tensors in their given order; graph and metadata are strings."""
    header = {"__metadata__": {"quern.version": "1", "quern.graph": graph, **metadata}}
    end = 0
    for name, tensor in tensors.items():
        if tensor.dtype != np.float32:
            raise ValueError(f"{name} is {tensor.dtype}, only float32 is written")
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + tensor.nbytes]}
        end += tensor.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-(8 + len(text)) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for tensor in tensors.values():
            file.write(tensor.astype("<f4").tobytes())


def read(path):
    """Returns the tensors by name and the metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors, metadata
