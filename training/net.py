"""A small reader of lines: convolutions only, so that it quantises well, and CTC.

(batch, 1, 40, width) with ink 1 on paper 0 -> (batch, width / 4, classes); class 0 is the blank."""

import torch
from torch import nn

# Channels: after the first layer, the second one, the blocks, and along the line.
CHANNELS = (24, 64, 128, 192)
# Widths of the filters along the line.
ALONG = (9, 15, 21, 31)


def convolution(inputs, outputs, kernel, stride=1, groups=1, padding=None):
    padding = tuple(size // 2 for size in kernel) if padding is None else padding
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """A filter of 3 x 3 for each channel, then all channels with each other; what came in is added."""

    def __init__(self, inputs, outputs, stride=(1, 1)):
        super().__init__()
        self.dw = nn.Sequential(*convolution(inputs, inputs, (3, 3), stride, inputs), nn.ReLU(inplace=True))
        self.pw = convolution(inputs, outputs, (1, 1))
        self.skip = inputs == outputs and stride == (1, 1)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        y = self.pw(self.dw(x))
        return self.act(x + y if self.skip else y)


class Mixer(nn.Module):
    """A filter along the line for each channel, then twice all channels with each other."""

    def __init__(self, channels, taps):
        super().__init__()
        self.dw = convolution(channels, channels, (1, taps), groups=channels)
        self.up = nn.Sequential(*convolution(channels, 2 * channels, (1, 1)), nn.ReLU(inplace=True))
        self.down = convolution(2 * channels, channels, (1, 1))

    def forward(self, x):
        return x + self.down(self.up(self.dw(x)))


class Reader(nn.Module):
    def __init__(self, classes):
        super().__init__()
        a, b, c, d = CHANNELS
        relu = lambda layers: nn.Sequential(*layers, nn.ReLU(inplace=True))
        self.stem = nn.Sequential(
            relu(convolution(1, a, (3, 3), 2)),
            relu(convolution(a, b, (3, 3), 2)),
            Block(b, b), Block(b, b), Block(b, c, (2, 1)), Block(c, c), Block(c, c),
        )
        self.fold = relu(convolution(c, d, (5, 1), padding=(0, 0)))
        self.mix = nn.Sequential(*[Mixer(d, taps) for taps in ALONG], nn.BatchNorm2d(d), nn.ReLU(inplace=True))
        self.head = nn.Conv2d(d, classes, 1)

    def forward(self, x):
        return self.head(self.mix(self.fold(self.stem(x)))).squeeze(2).transpose(1, 2)


def load_onnx(reader, path):
    """Puts the weights of an exported reader into `reader`, to train it further.

    Normalisations were folded into the convolutions before them: they start as what adds the bias."""
    import reference

    tensor = lambda array: torch.from_numpy(array.copy())
    found = iter(reference.layers(path))
    folded = None
    for module in reader.modules():
        if isinstance(module, nn.Conv2d):
            weights, bias = next(found)
            # (taps, channels) of a filter, (taps, inputs, outputs) of all else.
            weights = weights.T if module.groups > 1 else weights.transpose(2, 1, 0)
            module.weight.data.copy_(tensor(weights).reshape(module.weight.shape))
            if module.bias is None:
                folded = torch.ones(len(bias)), tensor(bias)
            else:
                module.bias.data.copy_(tensor(bias))
        elif isinstance(module, nn.BatchNorm2d):
            scale, shift = folded if folded is not None else map(tensor, next(found))
            folded = None
            module.running_mean.zero_()
            module.running_var.fill_(1 - module.eps)
            module.weight.data.copy_(scale)
            module.bias.data.copy_(shift)
    if next(found, None) is not None:
        raise ValueError("layers are left over")
    return reader
