"""Writes a trained reader as ONNX, with its normalisations folded into the convolutions.

    python export.py trained.pt weights/reader.onnx"""

import sys

import torch

from charset import CHARSET
from net import Reader


def main():
    trained, output = sys.argv[1:]
    reader = Reader(len(CHARSET) + 1)
    reader.load_state_dict(torch.load(trained, map_location="cpu", weights_only=True))
    axes = {"ink": {0: "batch", 3: "width"}, "logits": {0: "batch", 1: "steps"}}
    torch.onnx.export(
        reader.eval(), (torch.zeros(1, 1, 40, 640),), output, dynamo=False, opset_version=17,
        input_names=["ink"], output_names=["logits"], dynamic_axes=axes,
    )


if __name__ == "__main__":
    main()
