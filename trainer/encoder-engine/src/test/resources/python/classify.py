"""Loads a classifier the way a Python user does and prints names of classes and scores, as JSON.

Usage: classify.py FOLDER COUNT SIDE, with FOLDER/images.bin holding COUNT x SIDE x SIDE x 3 unsigned bytes.
"""
import json
import sys

import torch

folder, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(folder + "/images.bin", "rb") as file:
    pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).reshape(count, side, side, 3)

classifier = torch.jit.load(folder + "/classifier.pt")
with torch.no_grad():
    scores = classifier(pixels.permute(0, 3, 1, 2).float() / 255)
    assert torch.allclose(classifier.classify(pixels), scores, rtol=1e-5, atol=1e-5)
    features = classifier.embed(pixels)
    assert torch.allclose(classifier.fc.weight @ features.T + classifier.fc.bias[:, None], scores.T, rtol=1e-4, atol=1e-4)
print(json.dumps({"names": classifier.class_names(), "scores": scores.flatten().tolist()}))
