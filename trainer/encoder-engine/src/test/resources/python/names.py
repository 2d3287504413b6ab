"""Says what torchvision's networks are made of: one line a tensor, 'MODEL NAME SHAPE', and 'MODEL parameters COUNT'.

Usage: names.py MODEL... The classifier is counted and not listed, because an encoder has none.
"""
import sys

import torch
import torchvision

# Which values they begin with is of no account here, and takes long.
for initial in ("kaiming_normal_", "kaiming_uniform_", "xavier_uniform_", "normal_", "trunc_normal_"):
    setattr(torch.nn.init, initial, lambda tensor, *given, **named: tensor)

for depth in sys.argv[1:]:
    if depth == "resnet10":
        model = torchvision.models.ResNet(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1])
    else:
        model = getattr(torchvision.models, depth)()
    print(depth, "parameters", sum(parameter.numel() for parameter in model.parameters()))
    for name, tensor in model.state_dict().items():
        if not name.startswith(("fc.", "heads.", "classifier.2.")):
            print(depth, name, "x".join(str(side) for side in tensor.shape) or "number")
