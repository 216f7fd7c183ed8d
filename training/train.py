"""Trains a reader by the clock.

    python train.py OUT.pt --seconds 510 --workers 15 --columns 65536 --rate 2e-3
    python train.py OUT.pt --from START.pt|START.onnx --seconds 240 --rate 5e-4

Wants corpus.txt, english.txt and fonts/ (see README.md). Lines of about one width make a batch of
--columns columns. Where workers do not keep up, a batch is scanned and learned more than once."""

import argparse
import copy
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

import drawing
import net
import scan
from charset import CHARSET
from lines import Lines, read_lines

CLASSES = {letter: place + 1 for place, letter in enumerate(CHARSET)}
# Widths are multiples of this, so that batches fill up.
STEP = 128
WIDEST = 1664


class Batches(IterableDataset):
    """(lines of ink, all their classes, how many each has)."""

    def __init__(self, columns, seed):
        self.columns, self.seed = columns, seed

    def __iter__(self):
        worker = get_worker_info()
        seed = self.seed + 1000 * (worker.id if worker else 0)
        torch.set_num_threads(1)
        texts = Lines(read_lines("corpus.txt"), read_lines("english.txt"), seed)
        pen = drawing.Drawing("fonts", seed + 7)
        waiting = {}
        while True:
            text = texts.line()
            ink = pen.line(text)
            text = text.rstrip(drawing.LEADERS)
            if ink is None:
                continue
            width = math.ceil((ink.shape[1] * scan.ROWS / drawing.ROWS + 6) / STEP) * STEP
            if width > WIDEST or width / 4 < 2 * len(text):
                continue
            batch = waiting.setdefault(width, [])
            batch.append((ink, text))
            count = max(8, self.columns // width)
            if len(batch) == count:
                yield self.joined(batch, width)
                waiting[width] = []

    @staticmethod
    def joined(batch, width):
        inks = np.zeros((len(batch), drawing.ROWS, int(width * drawing.ROWS / scan.ROWS)), np.uint8)
        for row, (ink, _) in zip(inks, batch):
            room = row.shape[1] - 2
            row[:, 2 : 2 + ink.shape[1]] = ink[:, :room]
        classes = torch.tensor([CLASSES[letter] for _, text in batch for letter in text], dtype=torch.long)
        return torch.from_numpy(inks), classes, torch.tensor([len(text) for _, text in batch], dtype=torch.long)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--from", dest="start")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--workers", type=int, default=os.cpu_count() - 1)
    parser.add_argument("--columns", type=int, default=4096)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def started(path, device):
    reader = net.Reader(len(CHARSET) + 1)
    if path and path.endswith(".onnx"):
        net.load_onnx(reader, path)
    elif path:
        reader.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return reader.to(device).to(memory_format=torch.channels_last)


def main():
    options = arguments()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(options.seed)
    reader = started(options.start, device)
    # What is kept: a running mean of the weights.
    mean = copy.deepcopy(reader).eval()
    optimiser = torch.optim.AdamW(reader.parameters(), lr=options.rate, weight_decay=0.02, betas=(0.9, 0.98))
    seals = torch.from_numpy(drawing.seals(160, "fonts/P_tinos-700-normal.ttf", 5)).float().div(255).unsqueeze(1).to(device)
    workers = options.workers
    batches = iter(DataLoader(
        Batches(options.columns, options.seed), batch_size=None, num_workers=workers,
        prefetch_factor=4 if workers else None, pin_memory=device.type == "cuda",
    ))

    begun = saved = time.time()
    step = learned = 0
    uses, used, waited, batch = 1, 1, 0.0, None
    while (share := (time.time() - begun) / options.seconds) < 1:
        # Up over 400 steps, then down along half a cosine.
        rate = options.rate * min(1, (step + 1) / 400) * (0.5 * (1 + math.cos(math.pi * share)) * 0.99 + 0.01)
        for group in optimiser.param_groups:
            group["lr"] = rate
        if batch is None or used >= uses:
            since = time.time()
            batch = [part.to(device, non_blocking=True) for part in next(batches)]
            waited += time.time() - since
            used = 0
        used += 1
        inks, classes, lengths = batch
        with torch.no_grad():
            x = scan.scan(inks, seals, hard=1.0 if options.start else min(1, 0.3 + 2.5 * share))
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            logits = reader(x.contiguous(memory_format=torch.channels_last))
        probabilities = F.log_softmax(logits.float(), -1).transpose(0, 1)
        steps = torch.full((len(x),), len(probabilities), dtype=torch.long, device=device)
        loss = F.ctc_loss(probabilities, classes, steps, lengths, reduction="sum", zero_infinity=True) / lengths.sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 2.0)
        optimiser.step()
        step, learned = step + 1, learned + len(x)
        with torch.no_grad():
            kept = min(0.9995, (step + 1) / (step + 20))
            for slow, fast in zip(mean.parameters(), reader.parameters()):
                slow.lerp_(fast, 1 - kept)
            for slow, fast in zip(mean.buffers(), reader.buffers()):
                slow.copy_(fast)
        if step % 100 == 0:
            spent = time.time() - begun
            print(f"{spent:7.1f} s, step {step}, {learned} lines, loss {loss.item():.4f}, rate {rate:.5f}", flush=True)
            if waited > 0.3 * spent:
                uses = min(4, uses + 1)
        if time.time() - saved > 90:
            torch.save(mean.state_dict(), options.output)
            saved = time.time()
    torch.save(mean.state_dict(), options.output)
    print(f"{options.output}: {step} steps, {learned} lines")


if __name__ == "__main__":
    main()
