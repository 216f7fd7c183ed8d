"""The network in plain numpy, from an ONNX file: to measure what its layers see, and to hold the runner against."""

import numpy as np
import onnx
from onnx import numpy_helper

ROWS = 40
# Rows of the picture that one step of a depthwise layer takes down, for the five of them.
STRIDES = (1, 1, 2, 1, 1)
MIXERS = 4


def layers(path):
    """Weights and biases in the order of the graph, channels last.

    Convolutions are (taps, in, out), depthwise ones (taps, channels), the one normalisation that is
    not folded into a convolution is (scale, shift)."""
    graph = onnx.load(path).graph
    tensors = {i.name: numpy_helper.to_array(i).astype(np.float32) for i in graph.initializer}
    found = []
    for node in graph.node:
        if node.op_type == "Conv":
            weights, bias = (tensors[name] for name in node.input[1:3])
            groups = next(a.i for a in node.attribute if a.name == "group")
            out, into, rows, columns = weights.shape
            if groups > 1:
                weights = weights[:, 0].transpose(1, 2, 0).reshape(rows * columns, out)
            else:
                weights = weights.transpose(2, 3, 1, 0).reshape(rows * columns, into, out)
            found.append((np.ascontiguousarray(weights), bias))
        elif node.op_type == "BatchNormalization":
            scale, shift, mean, variance = (tensors[name] for name in node.input[1:5])
            epsilon = next(a.f for a in node.attribute if a.name == "epsilon")
            scale = scale / np.sqrt(variance + epsilon)
            found.append((scale, shift - mean * scale))
    if len(found) != 2 + 2 * len(STRIDES) + 1 + 3 * MIXERS + 2:
        raise ValueError(f"{path} is not the reader: {len(found)} layers")
    return found


def windows(x, rows, columns, step_down=1, step_across=1):
    """Every neighbourhood of a picture with a border of zeros: (height, width, taps, channels)."""
    x = np.pad(x, ((rows // 2, rows // 2), (columns // 2, columns // 2), (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(x, (rows, columns), (0, 1))[::step_down, ::step_across]
    return view.transpose(0, 1, 3, 4, 2).reshape(*view.shape[:2], rows * columns, x.shape[2])


def relu(x):
    return np.maximum(x, 0)


def logits(net, ink, note=lambda place, x: None):
    """(width / 4, classes) for `ink` of (40, width). `note` is told what every dense layer is given."""
    layer = iter(net)

    def dense(x, place):
        note(place, x)
        weights, bias = next(layer)
        return x.reshape(*x.shape[:-1], -1) @ weights.reshape(-1, weights.shape[-1]) + bias

    def stem(x):
        weights, bias = next(layer)
        taps = windows(x, 3, 3, 2, 2)
        return relu(taps.reshape(*taps.shape[:2], -1) @ weights.reshape(-1, weights.shape[-1]) + bias)

    def depthwise(x, rows, columns, step=1):
        weights, bias = next(layer)
        return np.einsum("hwtc,tc->hwc", windows(x, rows, columns, step), weights) + bias

    x = stem(ink[:, :, None])
    note("second stem", x)
    x = stem(x)
    for place, step in enumerate(STRIDES):
        y = dense(relu(depthwise(x, 3, 3, step)), f"block {place}")
        x = relu(x + y if y.shape == x.shape else y)
    note("fold", x)
    weights, bias = next(layer)
    x = relu(x.transpose(1, 0, 2).reshape(x.shape[1], -1) @ weights.reshape(-1, weights.shape[-1]) + bias)[None]
    for place in range(MIXERS):
        taps = net[len(net) - 2 - 3 * (MIXERS - place)][0].shape[0]
        y = relu(dense(depthwise(x, 1, taps), f"mixer {place} up"))
        x = x + dense(y, f"mixer {place} down")
    scale, shift = next(layer)
    return dense(relu(x * scale + shift), "head")[0]
