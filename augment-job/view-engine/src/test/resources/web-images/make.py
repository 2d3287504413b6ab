#!/usr/bin/env python3
"""Writes the WebP and GIF images beside this script, and what a right decoder sees in them.

Needs Pillow, NumPy, libwebp's tools and FFmpeg with libvpx (Debian: python3-pil, python3-numpy, webp, ffmpeg). Run it where it
lies; tests only read what it wrote. expected.txt is as that of odd-images. What WebP files show is asked of libwebp
(dwebp -nofancy), with what is transparent over white, and is to be met exactly; what lossless files and GIF files show is
known here.
"""
import os
import struct
import subprocess
import tempfile

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = tempfile.mkdtemp()
LINES = []
RANDOM = np.random.default_rng(6386)


def scene(width=83, height=61):
    """Slopes, edges, stripes and grain: something for each way to predict, and for the filters."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([40 + 170 * x / width, 60 + 150 * y / height, 200 - 160 * x * y / (width * height)], axis=2)
    rgb[(x - 25) ** 2 + (y - 20) ** 2 < 150] = (230, 60, 40)
    rgb[(x + y) % 11 < 2] += (30, -25, 40)
    rgb[height // 2:, width // 2:] += RANDOM.normal(0, 25, (height - height // 2, width - width // 2, 3))
    rgb[5:9] = (20, 30, 90)
    return np.clip(rgb, 0, 255).round().astype(np.uint8)


PICTURE = scene()
HEIGHT, WIDTH = PICTURE.shape[:2]
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
ALPHA = np.clip(255 - 9 * np.maximum(0, np.hypot(X - 40, Y - 30) - 10) + RANDOM.integers(-9, 9, (HEIGHT, WIDTH)), 0,
                255).astype(np.uint8)


def path(name):
    return os.path.join(WORK, name)


def written(name, data):
    with open(path(name), "wb") as file:
        file.write(data)
    return path(name)


def read(file):
    with open(file, "rb") as opened:
        return opened.read()


def run(*command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def over_white(samples):
    values = samples.astype(np.int64)
    alpha = values[:, :, 3:]
    return ((values[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def add(name, data, shows):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    Image.fromarray(shows).save(os.path.join(HERE, "expected", name + ".png"), optimize=True)
    LINES.append(f"{name} {name}.png 0")


def as_dwebp_sees(data):
    run("dwebp", "-nofancy", written("seen.webp", data), "-o", path("seen.png"))
    return over_white(np.asarray(Image.open(path("seen.png")).convert("RGBA")))


def cwebp(samples, *options):
    Image.fromarray(samples).save(path("in.png"))
    run("cwebp", *options, path("in.png"), "-o", path("out.webp"))
    return read(path("out.webp"))


def by_cwebp(name, samples, *options):
    data = cwebp(samples, *options)
    add(name, data, as_dwebp_sees(data))


def chunk(kind, content):
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(*chunks):
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def content(data, kind):
    """Of the first chunk of that kind."""
    at = 12
    while data[at:at + 4] != kind:
        size = struct.unpack("<I", data[at + 4:at + 8])[0]
        at += 8 + size + size % 2
    return data[at + 8:at + 8 + struct.unpack("<I", data[at + 4:at + 8])[0]]


def extended(flags, width, height):
    return chunk(b"VP8X", struct.pack("<I", flags) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3])


def lossy():
    by_cwebp("lossy-usual.webp", PICTURE)
    by_cwebp("lossy-least.webp", PICTURE, "-q", 0, "-m", 6)
    by_cwebp("lossy-most.webp", PICTURE, "-q", 100, "-m", 4)
    by_cwebp("lossy-simple-filter.webp", PICTURE, "-q", 20, "-nostrong", "-f", 60)
    by_cwebp("lossy-simple-sharp-filter.webp", PICTURE, "-q", 40, "-nostrong", "-f", 100, "-sharpness", 6)
    by_cwebp("lossy-strong-filter.webp", PICTURE, "-q", 10, "-strong", "-f", 100)
    by_cwebp("lossy-sharp-filter.webp", PICTURE, "-q", 30, "-strong", "-f", 80, "-sharpness", 3)
    by_cwebp("lossy-sharpest-filter.webp", PICTURE, "-q", 30, "-strong", "-f", 80, "-sharpness", 7)
    by_cwebp("lossy-no-filter.webp", PICTURE, "-q", 30, "-f", 0)
    by_cwebp("lossy-segments.webp", PICTURE, "-q", 30, "-segments", 4, "-sns", 100, "-f", 50)
    by_cwebp("lossy-one-segment.webp", PICTURE, "-q", 60, "-segments", 1, "-m", 2)
    by_cwebp("lossy-fastest.webp", PICTURE, "-q", 50, "-m", 0)
    for width, height in ((1, 1), (15, 17), (16, 16), (33, 1), (1, 33)):
        by_cwebp(f"lossy-{width}-by-{height}.webp", PICTURE[:height, 25:25 + width], "-q", 70)
    for profile, slices in ((0, 4), (1, 2), (2, 8), (3, 4)):
        by_libvpx(f"lossy-profile-{profile}-in-{slices}-partitions.webp", profile, slices)


def by_libvpx(name, profile, slices):
    """Another encoder, whose key frame is put into a WebP file."""
    Image.fromarray(np.tile(PICTURE, (3, 1, 1))).save(path("in.png"))
    run("ffmpeg", "-y", "-i", path("in.png"), "-pix_fmt", "yuv420p", "-c:v", "libvpx", "-profile:v", profile, "-slices", slices,
        "-crf", 30, "-b:v", "1M", "-threads", 1, path("out.ivf"))
    film = read(path("out.ivf"))
    data = webp(chunk(b"VP8 ", film[44:44 + struct.unpack("<I", film[32:36])[0]]))
    add(name, data, as_dwebp_sees(data))


def filtered(alpha, kind):
    """As an encoder would write it: the difference from none, the left, the upper, or the left + upper - corner."""
    values = alpha.astype(int)
    left = np.zeros_like(values)
    left[:, 1:] = values[:, :-1]
    left[1:, 0] = values[:-1, 0]
    above = left.copy()
    above[1:] = values[:-1]
    gradient = left.copy()
    gradient[1:, 1:] = np.clip(values[1:, :-1] + values[:-1, 1:] - values[:-1, :-1], 0, 255)
    return (values - (0, left, above, gradient)[kind] & 255).astype(np.uint8)


def alphas():
    colours = content(cwebp(PICTURE, "-q", 60), b"VP8 ")
    for kind, word in enumerate(("plain", "horizontal", "vertical", "gradient")):
        stored = filtered(ALPHA, kind)
        green = np.zeros_like(PICTURE)
        green[:, :, 1] = stored
        packed = content(cwebp(green, "-lossless"), b"VP8L")[5:]
        for method, body in enumerate((stored.tobytes(), packed)):
            alpha = chunk(b"ALPH", bytes([kind << 2 | method]) + body)
            data = webp(extended(0x10, WIDTH, HEIGHT), alpha, chunk(b"VP8 ", colours))
            add(f"alpha-{word}-{('stored', 'packed')[method]}.webp", data, as_dwebp_sees(data))
    rgba = np.dstack([PICTURE, ALPHA])
    by_cwebp("alpha-of-few-levels.webp", rgba, "-q", 50, "-alpha_q", 20)
    by_cwebp("alpha-best.webp", rgba, "-q", 50, "-alpha_filter", "best")


def lossless():
    """What goes in comes out."""
    rgba = np.dstack([PICTURE, ALPHA])
    for effort in (0, 3, 6, 9):
        add(f"lossless-{effort}.webp", cwebp(PICTURE, "-lossless", "-z", effort), PICTURE)
    add("lossless-and-alpha.webp", cwebp(rgba, "-lossless", "-exact"), over_white(rgba))
    by_cwebp("nearly-lossless.webp", rgba, "-near_lossless", 20)
    for count in (1, 2, 3, 4, 5, 16, 17, 256):
        colours = RANDOM.integers(0, 256, (count, 3)).astype(np.uint8)
        samples = colours[RANDOM.integers(0, count, (23, 29))]
        add(f"lossless-of-{count}-colours.webp", cwebp(samples, "-lossless"), samples)
    grain = RANDOM.integers(0, 256, (19, 21, 3)).astype(np.uint8)
    add("lossless-grain.webp", cwebp(grain, "-lossless"), grain)
    patches = np.kron(RANDOM.integers(0, 256, (6, 7, 3)), np.ones((16, 16, 1))).astype(np.uint8) + grain[:1, :1] // 9
    patches[20:60, 20:60] = PICTURE[10:50, 20:60]
    add("lossless-regions.webp", cwebp(patches, "-lossless", "-m", 6, "-q", 100), patches)
    add("lossless-1-by-1.webp", cwebp(PICTURE[:1, :1], "-lossless"), PICTURE[:1, :1])


def on_canvas(name, first, second, left, top, *background):
    run("webpmux", "-frame", written("first.webp", first), f"+100+{left}+{top}+0+b", "-frame", written("second.webp", second),
        "+100+0+0", *background, "-o", path("film.webp"))
    screen = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    seen = as_dwebp_sees(first)
    screen[top:top + seen.shape[0], left:left + seen.shape[1]] = seen
    add(name, read(path("film.webp")), screen)


def films():
    whole = cwebp(PICTURE, "-q", 40)
    part = np.dstack([PICTURE, ALPHA])[10:50, 12:64]
    on_canvas("film-lossy-part.webp", cwebp(part, "-q", 60), whole, 12, 10)
    on_canvas("film-lossless-part.webp", cwebp(part, "-lossless"), whole, 30, 20, "-bgcolor", "255,0,128,255")
    on_canvas("film-opaque-part.webp", cwebp(PICTURE[:20, :20], "-q", 60), whole, 62, 40, "-bgcolor", "255,9,9,9")


def packed_gif(indices, bits):
    """In codes of one length: the table is emptied before they would grow."""
    codes = []
    for i, index in enumerate(indices):
        if i % ((1 << bits) - 2) == 0:
            codes.append(1 << bits)
        codes.append(int(index))
    codes.append((1 << bits) + 1)
    number = sum(code << i * (bits + 1) for i, code in enumerate(codes))
    data = number.to_bytes((len(codes) * (bits + 1) + 7) // 8, "little")
    blocks = b"".join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255))
    return bytes([bits]) + blocks + b"\0"


def gif(name, screen, left, top, transparent=None, own_colours=False):
    """A frame somewhere on a screen that is transparent, as browsers show it, whatever its background is said to be."""
    colours = RANDOM.integers(0, 250, (16, 3)).astype(np.uint8)
    indices = RANDOM.integers(0, 16, (11, 14))
    height, width = indices.shape
    table = colours.tobytes()
    data = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x73 | (0 if own_colours else 0x80), 5, 0)
    data += b"" if own_colours else table
    data += chunk_of_words(b"made for a test")
    if transparent is not None:
        data += b"\x21\xf9\x04" + struct.pack("<BHB", 1, 5, transparent) + b"\0"
    data += b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0x83 if own_colours else 0)
    data += (table if own_colours else b"") + packed_gif(indices.reshape(-1), 4) + b"\x3b"
    shows = np.full((max(screen[1], top + height), max(screen[0], left + width), 3), 255, np.uint8)
    shows[top:top + height, left:left + width] = colours[indices]
    if transparent is not None:
        shows[top:top + height, left:left + width][indices == transparent] = 255
    add(name, data, shows)


def chunk_of_words(words):
    return b"\x21\xfe" + bytes([len(words)]) + words + b"\0"


def gifs():
    gif("frame-on-larger-screen.gif", (30, 20), 9, 4)
    gif("transparent-frame-on-larger-screen.gif", (30, 20), 9, 4, transparent=5)
    gif("frame-of-own-colours-on-larger-screen.gif", (30, 20), 9, 4, own_colours=True)
    gif("frame-beyond-its-screen.gif", (10, 5), 3, 2)
    gif("frame-without-screen.gif", (0, 0), 0, 0)


def main():
    os.makedirs(os.path.join(HERE, "expected"), exist_ok=True)
    for make in (lossy, alphas, lossless, films, gifs):
        make()
    with open(os.path.join(HERE, "expected.txt"), "w") as file:
        file.write("\n".join(LINES) + "\n")


if __name__ == "__main__":
    main()
