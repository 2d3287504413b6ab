"""Runs the examples of docs/encoders.md, and holds what they load against encoder.pt.

Usage: documented.py EXAMPLES SIDE FOLDER..., in the folder of an encoder that is torchvision's own network.
"""
import json
import runpy
import sys

import torch

torch.set_num_threads(1)
examples, side, folders = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
torch.manual_seed(3)
images = torch.rand(4, 3, side, side)
shown = runpy.run_path(examples)


def require(encoder, folder):
    with torch.no_grad():
        expected = torch.jit.load(folder + "/encoder.pt")(images)
        got = encoder(images)
    assert got.shape == expected.shape, (folder, got.shape, expected.shape)
    off = (got - expected).abs().max() / max(1, expected.abs().max())
    assert off <= 1e-5, (folder, off)
    assert expected.std() > 1e-3, folder


assert shown["names"] == ["always", "always"], shown["names"]
assert torch.allclose(shown["shares"].sum(1), torch.ones(2)), shown["shares"]
require(shown["resnet"], ".")
for folder in [".", *folders]:
    name = json.load(open(folder + "/encoder.json"))["architecture"]
    reader = "read_vit" if name.startswith("vit") else "read_convnext" if name.startswith("convnext") else "Encoder"
    require(shown[reader](folder), folder)
