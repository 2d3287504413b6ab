#!/usr/bin/python3
"""Makes the golden files that GoldenViewsTest holds the view engine against.

Needs Debian's python3-torchvision (0.14) and python3-pil (9.4). Run it from anywhere: it writes into
src/test/resources/goldens beside itself, the same files every time.

Every case is a view by fixed parameters: a crop, and operations in order with their values. The references:

  torchvision  torchvision.transforms.functional on float tensors in [0, 1], rounded once at the end. Its uint8 tensors
               and its Pillow images cut the fraction off after every operation, which darkens by half a grey level each.
  pillow       Image.resize and Image.convert. Resized bicubically as 32-bit floats, channel by channel: of 8-bit images
               Pillow cuts off what the filter overshoots in one direction before it goes in the other, which moves
               samples beside hard edges by up to 20 grey levels.
"""
import json
import pathlib

import numpy as np
import torch
import torchvision
import torchvision.transforms.functional as F
from PIL import Image, __version__ as pillow_version
from torchvision.transforms import InterpolationMode

SIDE = 48
WIDTH, HEIGHT = 120, 90
SHEET_COLUMNS = 10
FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "goldens"
CUT = (40, 20, SIDE, SIDE)  # a crop of the view's own size: copied, so that an operation is seen alone


def natural():
    """What photographs have: energy that falls with frequency, channels that go together, shade, and hard edges."""
    random = np.random.RandomState(1)
    down = np.fft.fftfreq(HEIGHT)[:, None]
    across = np.fft.fftfreq(WIDTH)[None, :]
    fall = 1 / np.maximum(np.hypot(down, across), 1 / WIDTH) ** 1.3
    fields = []
    for _ in range(4):
        field = np.fft.ifft2(np.fft.fft2(random.standard_normal((HEIGHT, WIDTH))) * fall).real
        fields.append((field - field.mean()) / field.std())
    rgb = np.stack([118 + 48 * fields[0] + 22 * fields[c + 1] for c in range(3)], axis=2)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rgb[np.hypot((x - 62) / 17, (y - 44) / 11) < 1] += (70, -30, -50)
    rgb[(y > 60) & (x > 25) & (x < 47)] += (-50, 20, 60)
    return rgb


def synthetic():
    """A test card: ramps, checks of one and of three pixels, bars, lines, and one white pixel in black."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rgb = np.stack([x * 255 / (WIDTH - 1), y * 255 / (HEIGHT - 1), 255 - x * 255 / (WIDTH - 1)], axis=2)
    rgb[10:40, 20:50] = (255 * ((x + y) % 2))[10:40, 20:50, None]
    rgb[30:60, 50:80] = (255 * ((x // 3 + y // 3) % 2))[30:60, 50:80, None]
    rgb[60:80, 45:90] = (255 * np.stack([x // 6 % 2, x // 12 % 2, x // 24 % 2], axis=2))[60:80, 45:90]
    rgb[42:58, 22:48] = 0
    rgb[50, 42] = 255
    rgb[5:85:7, 92:112] = (255, 255, 0)
    return rgb


def saturated():
    """Blocks of pure colours, of greys, and of nearly black and nearly white: where clips and hues are hardest."""
    random = np.random.RandomState(2)
    blocks = random.choice([0, 1, 2, 127, 128, 253, 254, 255], size=(HEIGHT // 3, WIDTH // 3, 3))
    grey = random.random_sample(blocks.shape[:2]) < 0.2
    blocks[grey] = blocks[grey][:, :1]
    pure = random.random_sample(blocks.shape[:2]) < 0.4
    blocks[pure] = 255 * random.randint(0, 2, size=(int(pure.sum()), 3))
    return np.repeat(np.repeat(blocks, 3, axis=0), 3, axis=1)


def applied(tensor, name, arguments, taps):
    """One operation on a float tensor in [0, 1]."""
    if name == "flip":
        return F.hflip(tensor)
    if name == "brightness":
        return F.adjust_brightness(tensor, arguments[0])
    if name == "contrast":
        return F.adjust_contrast(tensor, arguments[0])
    if name == "saturation":
        return F.adjust_saturation(tensor, arguments[0])
    if name == "hue":
        return F.adjust_hue(tensor, arguments[0])
    if name == "grey":
        return F.rgb_to_grayscale(tensor, 3)
    if name == "blur":
        return F.gaussian_blur(tensor, [taps, taps], [arguments[0], arguments[0]])
    if name == "solarize":
        return F.solarize(tensor, 128 / 255)
    if name == "rotation":
        return torch.rot90(tensor, int(arguments[0]) // 90, [1, 2])
    if name == "cutout":
        left, top, width, height = (int(argument) for argument in arguments)
        return F.erase(tensor, top, left, height, width, torch.zeros(()))
    raise ValueError(name)


def by_torchvision(image, crop, bicubic, operations, taps):
    tensor = torch.from_numpy(image.copy()).permute(2, 0, 1).to(torch.float32) / 255
    x, y, width, height = crop
    mode = InterpolationMode.BICUBIC if bicubic else InterpolationMode.BILINEAR
    tensor = F.resized_crop(tensor, y, x, height, width, [SIDE, SIDE], mode, antialias=True).clamp(0, 1)
    for name, arguments in operations:
        tensor = applied(tensor, name, arguments, taps)
    return (tensor * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()


def by_pillow(image, crop, bicubic, operations):
    x, y, width, height = crop
    view = Image.fromarray(image).crop((x, y, x + width, y + height))
    if bicubic:
        planes = [plane.convert("F").resize((SIDE, SIDE), Image.BICUBIC) for plane in view.split()]
        view = Image.fromarray(np.clip(np.rint(np.dstack(planes)), 0, 255).astype(np.uint8))
    else:
        view = view.resize((SIDE, SIDE), Image.BILINEAR)
    for name, _ in operations:
        view = {"flip": lambda: view.transpose(Image.FLIP_LEFT_RIGHT),
                "grey": lambda: view.convert("L").convert("RGB")}[name]()
    return np.asarray(view)


def cases():
    """Source, crop, whether bicubic, operations, and the share of the side that the blur's kernel takes."""
    crops = [(0, 0, WIDTH, HEIGHT), (13, 7, 97, 61), (30, 11, 60, 75), (50, 30, 21, 17), (37, 41, 9, 7), (10, 60, 100, 5)]
    for source in ("natural", "synthetic", "saturated"):
        for bicubic in (False, True):
            for crop in crops if source == "natural" else crops[1:5:2]:
                yield source, crop, bicubic, [], 0.1
        for operation in (
                ["flip", []], ["grey", []], ["solarize", []],
                ["brightness", [0.35]], ["brightness", [1.7]],
                ["contrast", [0.25]], ["contrast", [1.75]],
                ["saturation", [0.0]], ["saturation", [0.4]], ["saturation", [1.8]],
                ["hue", [-0.5]], ["hue", [-0.2]], ["hue", [-0.03]], ["hue", [0.1]], ["hue", [0.33]],
                ["rotation", [90]], ["rotation", [180]], ["rotation", [270]], ["cutout", [0, 30, 7, 18]]):
            yield source, CUT, False, [operation], 0.1
        for sigma in (0.1, 0.7, 2.0):
            yield source, CUT, False, [["blur", [sigma]]], 0.48  # 23 taps, as a view of 224 pixels has
    yield "natural", CUT, False, [["blur", [1.2]]], 0.1
    # Whole views, each with another order.
    yield "natural", (5, 3, 90, 80), False, [
        ["flip", []], ["hue", [0.15]], ["contrast", [1.4]], ["brightness", [0.6]], ["saturation", [1.5]],
        ["blur", [1.1]]], 0.1
    yield "synthetic", (20, 10, 33, 44), False, [
        ["saturation", [0.3]], ["brightness", [1.3]], ["hue", [-0.18]], ["contrast", [0.7]], ["grey", []],
        ["solarize", []]], 0.1
    yield "saturated", (8, 20, 64, 50), True, [
        ["contrast", [0.5]], ["saturation", [1.7]], ["brightness", [1.2]], ["hue", [0.08]], ["blur", [0.9]]], 0.1


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    images = {}
    for make in (natural, synthetic, saturated):
        images[make.__name__] = np.clip(np.rint(make()), 0, 255).astype(np.uint8)
        Image.fromarray(images[make.__name__]).save(FOLDER / f"{make.__name__}.png", optimize=True)
    described, tiles = [], []

    def add(reference, source, crop, bicubic, operations, kernel, tile):
        described.append({
            "reference": reference, "source": source, "crop": crop, "operations": operations,
            "recipe": f"size={SIDE},crop.filter={'bicubic' if bicubic else 'bilinear'},blur.kernel={kernel}"})
        tiles.append(tile)

    for source, crop, bicubic, operations, kernel in cases():
        taps = int(SIDE * kernel) | 1
        image = images[source]
        add("torchvision", source, crop, bicubic, operations, kernel,
            by_torchvision(image, crop, bicubic, operations, taps))
        if all(name in ("flip", "grey") for name, _ in operations):
            add("pillow", source, crop, bicubic, operations, kernel, by_pillow(image, crop, bicubic, operations))

    rows = -(-len(tiles) // SHEET_COLUMNS)
    sheet = np.zeros((rows * SIDE, SHEET_COLUMNS * SIDE, 3), np.uint8)
    for i, tile in enumerate(tiles):
        top, left = i // SHEET_COLUMNS * SIDE, i % SHEET_COLUMNS * SIDE
        sheet[top:top + SIDE, left:left + SIDE] = tile
    Image.fromarray(sheet).save(FOLDER / "expected.png", optimize=True)
    lines = ",\n".join("  " + json.dumps(case) for case in described)
    (FOLDER / "cases.json").write_text(
        f'{{"torchvision": "{torchvision.__version__}", "pillow": "{pillow_version}", "side": {SIDE},'
        f' "columns": {SHEET_COLUMNS}, "cases": [\n{lines}\n]}}\n')
    print(f"{len(described)} cases in {FOLDER}")


main()
