"""Says what torchvision's ResNets are made of: one line a tensor, 'DEPTH NAME SHAPE', and 'DEPTH parameters COUNT'.

Usage: names.py DEPTH... The classifier is counted and not listed, because an encoder has none.
"""
import sys

import torchvision

for depth in sys.argv[1:]:
    model = getattr(torchvision.models, "resnet" + depth)()
    print(depth, "parameters", sum(parameter.numel() for parameter in model.parameters()))
    for name, tensor in model.state_dict().items():
        if not name.startswith("fc."):
            print(depth, name, "x".join(str(side) for side in tensor.shape) or "number")
