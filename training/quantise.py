"""Writes the file that the program reads lines with.

    python quantise.py weights/reader.onnx weights/ranges.json ../reader/reader.model

Dense layers (pointwise, the second stem, the fold, the head) keep weights of 8 bits with one step for
each output, and one step for what they are given (`ranges.json`); all else stays in 32-bit floats.

All numbers are little-endian:

    "SOHOARD1"
    u32 length, then so many bytes of UTF-8: the characters of classes 1 and up; class 0 is the blank
    layers in the order of the network, each either
        filter: u32 taps, u32 channels, f32 weights[taps][channels], f32 bias[channels]
        dense:  u32 inputs, u32 outputs, f32 step, f32 scale[outputs], f32 bias[outputs],
                i8 weights[inputs][outputs]

An input x of a dense layer is kept as the whole number nearest to x / step; a product with weights
times scale (which holds the step) plus bias is the layer's output."""

import json
import struct
import sys

import numpy as np

import reference
from charset import CHARSET

# The largest whole number that an input becomes. 640 products of it with 127 fit into 32 bits.
LARGEST = 8191
# Room above the largest input that was measured.
ROOM = 2.0


def filter_layer(weights, bias):
    taps, channels = weights.reshape(-1, bias.size).shape
    return struct.pack("<II", taps, channels) + weights.astype("<f4").tobytes() + bias.astype("<f4").tobytes()


def dense_layer(weights, bias, largest):
    weights = weights.reshape(-1, bias.size)
    inputs, outputs = weights.shape
    step = np.float32(ROOM * largest / LARGEST)
    scale = np.abs(weights).max(0) / np.float32(127)
    whole = np.clip(np.rint(weights / np.where(scale > 0, scale, 1)), -127, 127).astype(np.int8)
    head = struct.pack("<IIf", inputs, outputs, step)
    return head + (scale * step).astype("<f4").tobytes() + bias.astype("<f4").tobytes() + whole.tobytes()


def main():
    weights, ranges, output = sys.argv[1:]
    with open(ranges, encoding="utf8") as file:
        largest = iter(json.load(file).values())
    text = CHARSET.encode()
    out = b"SOHOARD1" + struct.pack("<I", len(text)) + text
    for place, (weights, bias) in enumerate(reference.layers(weights)):
        is_filter = place == 0 or weights.ndim < 3
        out += filter_layer(weights, bias) if is_filter else dense_layer(weights, bias, next(largest))
    if next(largest, None) is not None:
        raise ValueError("more ranges than dense layers")
    with open(output, "wb") as file:
        file.write(out)
    print(f"{output}: {len(out)} bytes")


if __name__ == "__main__":
    main()
