"""Averages the weights of trained readers: python average.py OUT.pt FIRST.pt 0.3 SECOND.pt 0.7"""

import sys

import torch


def main():
    output, *rest = sys.argv[1:]
    parts = [(torch.load(path, map_location="cpu", weights_only=True), float(share)) for path, share in zip(rest[::2], rest[1::2])]
    total = sum(share for _, share in parts)
    mean = {}
    for name, first in parts[0][0].items():
        if first.is_floating_point():
            mean[name] = sum(weights[name] * (share / total) for weights, share in parts)
        else:
            mean[name] = first
    torch.save(mean, output)


if __name__ == "__main__":
    main()
