#!/usr/bin/python3
"""Writes goldens/hog.json: images and their histograms of oriented gradients, by scikit-image.

Needs Debian's python3-skimage. Run it from the folder of the module: src/test/python/hog.py
"""
import json
import pathlib

import numpy
from skimage.feature import hog

numbers = numpy.random.default_rng(7)


def blobs(height, width, channels):
    """A smooth picture with an edge in it, as unsigned bytes."""
    y, x = numpy.mgrid[0:height, 0:width]
    planes = []
    for _ in range(channels):
        a, b, c, d = numbers.uniform(0.1, 0.6, 4)
        plane = 120 + 60 * numpy.sin(a * x + b * y) + 40 * numpy.cos(c * x - d * y)
        plane[(x - width / 2) ** 2 + (y - height / 3) ** 2 < (height / 4) ** 2] += 30
        planes.append(plane)
    return numpy.clip(numpy.stack(planes, axis=-1), 0, 255).astype(numpy.uint8)


cases = {"grey": numpy.repeat(blobs(28, 28, 1), 3, axis=-1), "colour": blobs(17, 23, 3)}
cases["noise"] = numbers.integers(0, 256, (16, 15, 3), dtype=numpy.uint8)
cases["flat"] = numpy.full((14, 14, 3), 77, dtype=numpy.uint8)

goldens = []
for name, image in cases.items():
    cell = max(2, min(image.shape[:2]) // 7)
    values = hog(
        image,
        orientations=9,
        pixels_per_cell=(cell, cell),
        cells_per_block=(2, 2),
        block_norm="L2-Hys",
        channel_axis=-1,
    )
    goldens.append(
        {
            "name": name,
            "height": image.shape[0],
            "width": image.shape[1],
            "rgb": image.flatten().tolist(),
            "hog": [round(float(value), 6) for value in values],
        }
    )

target = pathlib.Path("src/test/resources/goldens/hog.json")
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text("[\n" + ",\n".join(json.dumps(golden, separators=(",", ":")) for golden in goldens) + "\n]\n")
