"""Loads a shipped encoder the way a Python user does and writes the features of some images.

Usage: features.py FOLDER COUNT SIDE, with FOLDER/images.bin holding COUNT x SIDE x SIDE x 3 unsigned bytes.
Writes FOLDER/jit.bin and FOLDER/projected.bin (h and z from encoder.pt) and FOLDER/torchvision.bin (h from
encoder.safetensors), 32-bit little-endian. Then trains both for a step and finds them alike.
"""
import json
import struct
import sys

import torch
import torchvision

folder, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(folder + "/images.bin", "rb") as file:
    pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
images = pixels.reshape(count, side, side, 3).permute(0, 3, 1, 2).float() / 255


def tensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = bytearray(file.read())
    kinds = {"F32": torch.float32, "I64": torch.int64}
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            found[name] = torch.frombuffer(body[begin:end], dtype=kinds[entry["dtype"]]).reshape(entry["shape"])
    return header["__metadata__"], found


def write(name, features):
    with open(folder + "/" + name, "wb") as file:
        file.write(struct.pack("<%df" % features.numel(), *features.flatten().tolist()))


def torchvisions():
    features = model((images - mean) / deviation)
    features = features if len(stages) == 1 else torch.cat(averages, dim=1)
    if not whiten:
        return features
    return torch.nn.functional.linear(features, whiten["whiten.weight"], whiten["whiten.bias"])


with torch.no_grad():
    shipped = torch.jit.load(folder + "/encoder.pt")
    features = shipped(images)
    write("jit.bin", features)
    write("projected.bin", shipped.project(features))

    metadata, state = tensors(folder + "/encoder.safetensors")
    norm = None
    if metadata["norm"] == "group":
        norm = lambda channels: torch.nn.GroupNorm(int(metadata["norm_groups"]), channels)
    model = getattr(torchvision.models, metadata["architecture"])(norm_layer=norm)
    model.fc = torch.nn.Identity()
    whiten = {name: state.pop(name) for name in list(state) if name.startswith("whiten.")}
    model.load_state_dict(state, strict=True)
    model.eval()
    mean = torch.tensor(json.loads(metadata["mean"])).reshape(1, 3, 1, 1)
    deviation = torch.tensor(json.loads(metadata["std"])).reshape(1, 3, 1, 1)
    stages = [model.layer1, model.layer2, model.layer3, model.layer4][4 - int(metadata["stages"]):]
    averages = []
    for stage in stages:
        stage.register_forward_hook(lambda module, inputs, output: averages.append(output.mean(dim=(2, 3))))
    write("torchvision.bin", torchvisions())
    assert {name for name in shipped.state_dict() if not name.startswith("head.")} == {*model.state_dict(), *whiten}


def step(network, features):
    averages.clear()
    network.train()
    network.zero_grad()
    features().square().mean().backward()
    network.eval()
    return {name: parameter.grad for name, parameter in network.named_parameters() if not name.startswith("head.")}


shipped_slopes = step(shipped, lambda: shipped(images))
torchvision_slopes = step(model, torchvisions)
assert set(shipped_slopes) == set(torchvision_slopes)
for name, slope in torchvision_slopes.items():
    assert (slope - shipped_slopes[name]).norm() <= 1e-3 * slope.norm(), "gradient of " + name
for name, value in model.state_dict().items():
    assert torch.allclose(shipped.state_dict()[name], value, rtol=1e-4, atol=1e-6), name + " after training"
