"""Trains the network of 'streamclr bench train' in Python and beside it, in turns, and prints how many times faster we are.

Usage, on a quiet machine, with a Python that has torch (Debian: /usr/bin/python3 with python3-torch):

    /usr/bin/python3 trainer/src/test/python/compare_speed.py [--stem small|small2] [--threads 2] [--rounds 3]

The last line is one JSON object. The network is the one of the benchmark: ResNet-18 of width 16 with a head of two
layers, views of 28 pixels, 256 pairs a batch, NT-Xent, AdamW. Each round runs the benchmark in a process of its own,
then the Python step; each gives the median of its steps, and the ratio is that of the rounds' medians.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

PAIRS, SIDE, BASE, OUTPUT, TEMPERATURE = 256, 28, 16, 128, 0.2
WARM_UP_STEPS = 2


def network(torch, stride):
    nn = torch.nn

    def convolution(inputs, outputs, side, step):
        return nn.Conv2d(inputs, outputs, side, step, side // 2, bias=False)

    class Block(nn.Module):
        def __init__(self, channels, planes, step):
            super().__init__()
            self.conv1, self.bn1 = convolution(channels, planes, 3, step), nn.BatchNorm2d(planes)
            self.conv2, self.bn2 = convolution(planes, planes, 3, 1), nn.BatchNorm2d(planes)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = None
            if step != 1 or channels != planes:
                self.downsample = nn.Sequential(convolution(channels, planes, 1, step), nn.BatchNorm2d(planes))

        def forward(self, x):
            y = self.relu(self.bn1(self.conv1(x)))
            y = self.bn2(self.conv2(y))
            return self.relu(y + (x if self.downsample is None else self.downsample(x)))

    layers = [convolution(3, BASE, 3, stride), nn.BatchNorm2d(BASE), nn.ReLU(inplace=True)]
    channels = BASE
    for group in range(4):
        for block in range(2):
            planes = BASE << group
            layers.append(Block(channels, planes, 2 if group > 0 and block == 0 else 1))
            channels = planes
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    layers += [nn.Linear(channels, channels, bias=False), nn.BatchNorm1d(channels), nn.ReLU(inplace=True)]
    layers += [nn.Linear(channels, OUTPUT, bias=False), nn.BatchNorm1d(OUTPUT)]
    return nn.Sequential(*layers)


def nt_xent(torch, z):
    z = torch.nn.functional.normalize(z)
    similarity = z @ z.t() / TEMPERATURE
    similarity.fill_diagonal_(float("-inf"))
    partners = torch.arange(2 * PAIRS).roll(PAIRS)
    return torch.nn.functional.cross_entropy(similarity, partners)


def python_step(stem, threads, steps, channels_last):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = network(torch, 1 if stem == "small" else 2)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.001, betas=(0.9, 0.99), weight_decay=1e-4)
    views = torch.randint(0, 256, (2 * PAIRS, SIDE, SIDE, 3), dtype=torch.uint8)
    seconds = []
    for step in range(WARM_UP_STEPS + steps):
        begin = time.perf_counter()
        images = views.permute(0, 3, 1, 2).float() / 255
        if not channels_last:
            images = images.contiguous()
        loss = nt_xent(torch, model(images))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step >= WARM_UP_STEPS:
            seconds.append(time.perf_counter() - begin)
    return PAIRS / statistics.median(seconds)


def in_a_process(command, environment=None):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, universal_newlines=True, env=environment)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stem", choices=["small", "small2"], default="small")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--channels-last", action="store_true", help="let the Python step use channels_last")
    parser.add_argument("--python-step", action="store_true", help="only the Python step; prints its pairs a second")
    options = parser.parse_args()
    if options.python_step:
        print(json.dumps(python_step(options.stem, options.threads, options.steps, options.channels_last)))
        return
    launcher = pathlib.Path(__file__).resolve().parents[4] / "streamclr"
    same = ["--stem", options.stem, "--threads", str(options.threads), "--steps", str(options.steps)]
    own = [sys.executable, os.path.abspath(__file__), "--python-step"] + same
    if options.channels_last:
        own.append("--channels-last")
    ours, python = [], []
    for _ in range(options.rounds):
        ours.append(in_a_process([str(launcher), "bench", "train", "--json"] + same)["pairs_per_second"])
        python.append(in_a_process(own))
    ratio = statistics.median(ours) / statistics.median(python)
    print(json.dumps({"stem": options.stem, "threads": options.threads, "streamclr_pairs_per_second": ours,
                      "python_pairs_per_second": python, "times_faster": ratio}))


main()
