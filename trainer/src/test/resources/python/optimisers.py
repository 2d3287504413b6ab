"""Moves two tensors by torch.optim, once for each set of options: CASE.bin holds where they end.

Usage: optimisers.py FOLDER STEPS, where FOLDER has start.bin (3 x 4 numbers, then 4) and gradients.bin (as many a step).
"""
import pathlib
import sys

import numpy
import torch

folder = pathlib.Path(sys.argv[1])
steps = int(sys.argv[2])
start = torch.from_numpy(numpy.fromfile(folder / "start.bin", "<f4"))
gradients = torch.from_numpy(numpy.fromfile(folder / "gradients.bin", "<f4")).reshape(steps, 16)


def sgd(nesterov):
    return lambda groups: torch.optim.SGD(groups, lr=0, momentum=0.9, nesterov=nesterov)


def adamw(groups):
    return torch.optim.AdamW(groups, lr=0, betas=(0.9, 0.99), eps=1e-8)


cases = {
    "sgd": (sgd(False), None),
    "nesterov": (sgd(True), None),
    "clipped": (sgd(False), 2.0),
    "nesterov-clipped": (sgd(True), 2.0),
    "adamw-clipped": (adamw, 2.0),
}
for name, (make, norm) in cases.items():
    matrix = start[:12].clone().reshape(3, 4).requires_grad_()
    vector = start[12:].clone().requires_grad_()
    groups = [{"params": [matrix], "weight_decay": 0.01}, {"params": [vector], "weight_decay": 0.0}]
    optimiser = make(groups)
    for step in range(1, steps + 1):
        matrix.grad = gradients[step - 1, :12].clone().reshape(3, 4)
        vector.grad = gradients[step - 1, 12:].clone()
        if norm is not None:
            torch.nn.utils.clip_grad_norm_([matrix, vector], norm)
        for group in optimiser.param_groups:
            group["lr"] = 0.02 * step / steps
        optimiser.step()
    torch.cat([matrix.detach().flatten(), vector.detach()]).numpy().astype("<f4").tofile(folder / (name + ".bin"))
