"""Counts the multiply-adds of shipped encoders by what PyTorch computes: of one view forward, and of its gradients.

    count_multiply_adds.py ENCODER.pt=SIDE...

prints a line for each: forward backward. Two views go through, because batch normalisation asks for them.
"""

import sys

import torch
from torch.utils._python_dispatch import TorchDispatchMode

VIEWS = 2


def product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result


class Counting(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.multiply_adds = 0

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        results = function(*arguments, **(options or {}))
        name = str(function)
        if name == "aten.convolution.default":
            weight = arguments[1]
            self.multiply_adds += results.numel() * product(weight.shape[1:])
        elif name == "aten.convolution_backward.default":
            slope, weight = arguments[0], arguments[2]
            asked = sum(arguments[10][:2])  # of what comes in, and of the weights
            self.multiply_adds += asked * slope.numel() * product(weight.shape[1:])
        elif name in ("aten.mm.default", "aten.bmm.default"):
            self.multiply_adds += results.numel() * arguments[0].shape[-1]
        elif name in ("aten.addmm.default", "aten.baddbmm.default"):
            self.multiply_adds += results.numel() * arguments[1].shape[-1]
        elif "conv" in name or "mm." in name or "matmul" in name or "linear." in name:
            raise SystemExit("not known how to count " + name)
        return results


for argument in sys.argv[1:]:
    path, side = argument.split("=")
    network = torch.jit.load(path).train()
    pixels = torch.rand(VIEWS, 3, int(side), int(side))
    with Counting() as forward:
        embeddings = network.project(network.to_features(network.pixels(pixels)))
    trained = [each for each in network.parameters() if each.requires_grad]
    with Counting() as backward:
        torch.autograd.grad(embeddings.sum(), trained, allow_unused=True)
    print(forward.multiply_adds // VIEWS, backward.multiply_adds // VIEWS)
