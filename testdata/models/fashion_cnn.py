#!/usr/bin/env python3
"""Trains a small Fashion-MNIST classifier and writes it as a .qrn model.

    fashion_cnn.py train  WEIGHTS.npz             train from a fixed seed (needs torch), keep the raw weights
    fashion_cnn.py export WEIGHTS.npz MODEL.qrn   fold batch norms and write the model (needs numpy only)
    fashion_cnn.py check  MODEL.qrn [WEIGHTS.npz] read the file back, run it in numpy on the test images;
                                                  with WEIGHTS compare with torch before folding

The data are the four IDX files of Debian's package dataset-fashion-mnist; --data names another folder.
"""

import argparse
import gzip
import pathlib
import time

import numpy as np

import fashion_cnn_graph
import qrn

SEED = 20240229
EPOCHS = 24
BATCH = 128
PEAK_RATE = 0.15
WEIGHT_DECAY = 5e-4
MAX_SHIFT = 2


def idx(path):
    """Reads an IDX file of unsigned bytes."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    shape = np.frombuffer(raw, ">i4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def images_and_labels(folder, part):
    return idx(folder / f"{part}-images-idx3-ubyte.gz"), idx(folder / f"{part}-labels-idx1-ubyte.gz")


def network():
    """The network while it trains: NCHW, batch norms apart, pixels already divided by 255."""
    import torch
    from torch import nn

    class ConvNorm(nn.Module):
        def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
            super().__init__()
            self.stride = stride
            self.pad = nn.ZeroPad2d((0, 1, 0, 1)) if stride == 2 else nn.ZeroPad2d(kernel // 2)
            self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
            self.norm = nn.BatchNorm2d(outputs)

        def forward(self, x):
            return self.norm(self.conv(self.pad(x)))

    class FashionCnn(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = ConvNorm(1, 16, 3)
            self.dw1 = ConvNorm(16, 16, 3, groups=16)
            self.pw1 = ConvNorm(16, 32, 1)
            self.res1 = ConvNorm(32, 32, 3)
            self.res2 = ConvNorm(32, 32, 3)
            self.down = ConvNorm(32, 64, 3, stride=2)
            self.dw2 = ConvNorm(64, 64, 3, groups=64)
            self.pw2 = ConvNorm(64, 96, 1)
            self.fc = nn.Linear(96, 10)

        def forward(self, x):
            x = torch.max_pool2d(torch.relu(self.stem(x)), 2)
            x = nn.functional.relu6(self.dw1(x))
            x = nn.functional.relu6(self.pw1(x))
            x = torch.relu(x + self.res2(torch.relu(self.res1(x))))
            x = torch.relu(self.down(x))
            x = nn.functional.relu6(self.dw2(x))
            x = nn.functional.relu6(self.pw2(x))
            return self.fc(x.mean((2, 3)))

    return FashionCnn()


def train(weights, folder):
    import torch

    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    images, labels = images_and_labels(folder, "train")
    count, height, width = images.shape
    padded = torch.from_numpy(np.pad(images, ((0, 0), (MAX_SHIFT, MAX_SHIFT), (MAX_SHIFT, MAX_SHIFT))))
    labels = torch.from_numpy(labels.astype(np.int64))
    model = network().to(memory_format=torch.channels_last)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": others, "weight_decay": 0.0}],
        lr=PEAK_RATE, momentum=0.9, nesterov=True)
    steps = EPOCHS * (count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, PEAK_RATE, total_steps=steps, pct_start=0.2, cycle_momentum=False)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    rows, columns = torch.arange(height), torch.arange(width)
    start = time.time()
    for epoch in range(EPOCHS):
        model.train()
        order = torch.randperm(count)
        total = 0.0
        for step in range(count // BATCH):
            pick = order[step * BATCH:(step + 1) * BATCH]
            top = torch.randint(0, 2 * MAX_SHIFT + 1, (BATCH, 1)) + rows
            left = torch.randint(0, 2 * MAX_SHIFT + 1, (BATCH, 1)) + columns
            flip = torch.rand(BATCH, 1) < 0.5
            left = torch.where(flip, left.flip(1), left)
            x = padded[pick[:, None, None], top[:, :, None], left[:, None, :]].float().div(255)[:, None]
            loss = loss_of(model(x.contiguous(memory_format=torch.channels_last)), labels[pick])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:2} loss {total / (count // BATCH):.4f} {time.time() - start:.0f} s", flush=True)
    np.savez(weights, **{name: value.numpy() for name, value in model.state_dict().items()})


def torch_logits(weights, images):
    import torch

    torch.set_num_threads(1)
    model = network()
    model.load_state_dict({name: torch.tensor(value) for name, value in np.load(weights).items()})
    model.eval()
    with torch.no_grad():
        return torch.cat([model(torch.tensor(part).float().div(255)[:, None])
                          for part in np.array_split(images, 100)]).numpy()


def check(path, weights, folder):
    images, labels = images_and_labels(folder, "t10k")
    tensors, metadata = qrn.read(path)
    logits = np.concatenate([fashion_cnn_graph.logits(tensors, part[..., None].astype(np.float32))
                             for part in np.array_split(images, 100)])
    right = logits.argmax(1) == labels
    print(f"parameters {sum(t.size for t in tensors.values())}, file {path.stat().st_size} bytes")
    print(f"top-1 {right.mean():.4f} of 10000, {right[:1000].mean():.4f} of the first 1000")
    if weights:
        expected = torch_logits(weights, images)
        print(f"torch: largest logit {np.abs(expected).max():.3f}, largest difference "
              f"{np.abs(expected - logits).max():.2e}, same class {np.mean(expected.argmax(1) == logits.argmax(1)):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default="/usr/share/datasets/fashion-mnist")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("train")
    one.add_argument("weights", type=pathlib.Path)
    one = commands.add_parser("export")
    one.add_argument("weights", type=pathlib.Path)
    one.add_argument("model", type=pathlib.Path)
    one = commands.add_parser("check")
    one.add_argument("model", type=pathlib.Path)
    one.add_argument("weights", type=pathlib.Path, nargs="?")
    options = parser.parse_args()
    if options.command == "train":
        train(options.weights, options.data)
    elif options.command == "export":
        tensors = fashion_cnn_graph.fold(np.load(options.weights))
        qrn.write(options.model, fashion_cnn_graph.text(tensors), tensors, fashion_cnn_graph.METADATA)
    else:
        check(options.model, options.weights, options.data)


if __name__ == "__main__":
    main()
