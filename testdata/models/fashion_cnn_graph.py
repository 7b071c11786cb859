"""The finished network: its graph text, the folding of its batch norms, and its meaning in numpy."""

import numpy as np

NORM_EPSILON = 1e-5

BEFORE_CONSTANTS = """\
graph fashion_cnn rounding=double
input %image : F32[1,28,28,1]
"""

AFTER_CONSTANTS = """\
%stem = Conv2d(%image, @stem.w, @stem.b) stride=[1,1] pad=same activation=relu : F32[1,28,28,16]
%pool = MaxPool2d(%stem) kernel=[2,2] stride=[2,2] pad=valid : F32[1,14,14,16]
%dw1 = DepthwiseConv2d(%pool, @dw1.w, @dw1.b) stride=[1,1] pad=same activation=relu6 : F32[1,14,14,16]
%pw1 = Conv2d(%dw1, @pw1.w, @pw1.b) stride=[1,1] pad=same activation=relu6 : F32[1,14,14,32]
%res1 = Conv2d(%pw1, @res1.w, @res1.b) stride=[1,1] pad=same activation=relu : F32[1,14,14,32]
%res2 = Conv2d(%res1, @res2.w, @res2.b) stride=[1,1] pad=same : F32[1,14,14,32]
%sum = Add(%pw1, %res2) activation=relu : F32[1,14,14,32]
%down = Conv2d(%sum, @down.w, @down.b) stride=[2,2] pad=same activation=relu : F32[1,7,7,64]
%dw2 = DepthwiseConv2d(%down, @dw2.w, @dw2.b) stride=[1,1] pad=same activation=relu6 : F32[1,7,7,64]
%pw2 = Conv2d(%dw2, @pw2.w, @pw2.b) stride=[1,1] pad=same activation=relu6 : F32[1,7,7,96]
%mean = Mean(%pw2) axes=[1,2] : F32[1,96]
%logits = FullyConnected(%mean, @fc.w, @fc.b) : F32[1,10]
%softmax = Softmax(%logits) axis=1 : F32[1,10]
output %softmax
"""

METADATA = {
    "quern.source": "Trained by testdata/models/fashion_cnn.py on the 60,000 training images of Fashion-MNIST; "
                    "the input takes pixels as stored, 0 to 255",
    "quern.license": "Apache-2.0",
}

CONVOLUTIONS = ("stem", "dw1", "pw1", "res1", "res2", "down", "dw2", "pw2")
DEPTHWISE = ("dw1", "dw2")


def text(tensors):
    """The graph text."""
    shapes = ((name, ",".join(map(str, tensor.shape))) for name, tensor in tensors.items())
    constants = "".join(f"const @{name} : F32[{shape}]\n" for name, shape in shapes)
    return BEFORE_CONSTANTS + constants + AFTER_CONSTANTS


def fold(raw):
    """Folds batch norms in double precision and lays filters out as OHWI, depthwise filters as 1HWC.

    The first filter takes the division of pixels by 255 into its weights.
    """
    tensors = {}
    for name in CONVOLUTIONS:
        filters, gamma, beta, mean, variance = (
            raw[f"{name}.{part}"].astype(np.float64)
            for part in ("conv.weight", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var"))
        gain = gamma / np.sqrt(variance + NORM_EPSILON)
        filters = filters * gain[:, None, None, None]
        if name == "stem":
            filters = filters / 255
        filters = filters.transpose(1, 2, 3, 0) if name in DEPTHWISE else filters.transpose(0, 2, 3, 1)
        tensors[f"{name}.w"] = np.ascontiguousarray(filters, np.float32)
        tensors[f"{name}.b"] = (beta - mean * gain).astype(np.float32)
    tensors["fc.w"] = raw["fc.weight"].astype(np.float32)
    tensors["fc.b"] = raw["fc.bias"].astype(np.float32)
    return tensors


def windows(x, kernel, stride):
    """Returns [N, H, W, kernel, kernel, C] windows of an NHWC array under `same` padding."""
    pads = []
    for size in x.shape[1:3]:
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads.append((total // 2, total - total // 2))
    x = np.pad(x, ((0, 0), *pads, (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), (1, 2))[:, ::stride, ::stride]
    return view.transpose(0, 1, 2, 4, 5, 3)


def logits(tensors, x):
    """The network up to softmax, in numpy, for NHWC pixels 0..255."""

    def conv(x, name, stride=1):
        filters = tensors[name + ".w"]
        return np.tensordot(windows(x, filters.shape[1], stride), filters, ((3, 4, 5), (1, 2, 3))) + tensors[name + ".b"]

    def depthwise(x, name):
        return np.einsum("nhwijc,ijc->nhwc", windows(x, 3, 1), tensors[name + ".w"][0]) + tensors[name + ".b"]

    def relu(x):
        return np.maximum(x, 0)

    def relu6(x):
        return np.clip(x, 0, 6)

    x = relu(conv(x, "stem"))
    n, h, w, c = x.shape
    x = x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))
    x = relu6(depthwise(x, "dw1"))
    x = relu6(conv(x, "pw1"))
    x = relu(x + conv(relu(conv(x, "res1")), "res2"))
    x = relu(conv(x, "down", 2))
    x = relu6(depthwise(x, "dw2"))
    x = relu6(conv(x, "pw2"))
    return x.mean((1, 2)) @ tensors["fc.w"].T + tensors["fc.b"]
