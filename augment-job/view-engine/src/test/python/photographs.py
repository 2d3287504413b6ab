#!/usr/bin/python3
"""Makes the small JPEG files that SameBytesEverywhereTest draws its views of: one of each kind that cameras, scanners
and web sites write.

Needs Debian's python3-numpy, python3-pil and libturbojpeg0. Run it from anywhere: it writes into
src/test/resources/photographs beside itself. The encoder may write other bytes in another version; then the digests in
the test change, and nothing else.
"""
import ctypes
import io
import pathlib

import numpy as np
from PIL import Image

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "photographs"
SAMPLINGS = {"444": 0, "422": 1, "420": 2, "grey": 3, "411": 5}  # as turbojpeg.h numbers them
RGB, PROGRESSIVE = 0, 16384
TURBO = ctypes.CDLL("libturbojpeg.so.0")
TURBO.tjInitCompress.restype = ctypes.c_void_p


def photograph(seed, width, height):
    """Energy that falls with frequency, channels that go together, a bright sky, and shapes with hard edges."""
    random = np.random.RandomState(seed)
    down = np.fft.fftfreq(height)[:, None]
    across = np.fft.fftfreq(width)[None, :]
    fall = 1 / np.maximum(np.hypot(down, across), 1 / width) ** 1.5
    fields = []
    for _ in range(4):
        field = np.fft.ifft2(np.fft.fft2(random.standard_normal((height, width))) * fall).real
        fields.append((field - field.mean()) / field.std())
    y, x = np.mgrid[:height, :width]
    rgb = np.stack([110 + 45 * fields[0] + 25 * fields[c + 1] for c in range(3)], axis=2)
    rgb += (np.maximum(0, 60 - y) * 1.5)[:, :, None] * (0.7, 0.9, 1.2)
    for _ in range(5):
        centre, radii = random.random_sample(2) * (width, height), 6 + 20 * random.random_sample(2)
        inside = np.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1]) < 1
        rgb[inside] = 0.4 * rgb[inside] + 0.6 * random.randint(0, 256, 3)
    return np.ascontiguousarray(np.clip(np.rint(rgb), 0, 255).astype(np.uint8))


def by_turbo(rgb, sampling, quality, flags=0):
    handle = ctypes.c_void_p(TURBO.tjInitCompress())
    buffer, size = ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_ulong()
    failed = TURBO.tjCompress2(handle, rgb.ctypes.data_as(ctypes.c_void_p), rgb.shape[1], 0, rgb.shape[0], RGB,
                               ctypes.byref(buffer), ctypes.byref(size), SAMPLINGS[sampling], quality, flags)
    if failed:
        raise RuntimeError(f"turbojpeg cannot write {sampling}")
    return bytes(buffer[:size.value])


def by_pillow(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    sideways = Image.Exif()
    sideways[0x0112] = 6  # orientation: turn by 90 degrees
    files = {}
    for seed, sampling in enumerate(SAMPLINGS):
        # Odd sides: the last blocks are not full, and chroma has no whole number of samples.
        files[sampling] = by_turbo(photograph(seed, 163, 121), sampling, 85)
    files["420-progressive"] = by_turbo(photograph(11, 160, 120), "420", 75, PROGRESSIVE)
    files["422-progressive"] = by_turbo(photograph(12, 151, 117), "422", 90, PROGRESSIVE)
    files["444-quality-100"] = by_turbo(photograph(13, 96, 72), "444", 100)
    files["420-quality-20"] = by_turbo(photograph(14, 240, 180), "420", 20)
    files["420-sideways"] = by_pillow(Image.fromarray(photograph(15, 157, 119)), quality=80, exif=sideways)
    files["cmyk"] = by_pillow(Image.fromarray(photograph(16, 128, 96)).convert("CMYK"), quality=70)
    for name, content in files.items():
        (FOLDER / f"{name}.jpg").write_bytes(content)
    print(f"{len(files)} files of {sum(map(len, files.values()))} bytes in {FOLDER}")


main()
