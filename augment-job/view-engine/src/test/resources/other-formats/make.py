#!/usr/bin/env python3
"""Writes the TGA, JPEG 2000, HEIC, AVIF and JPEG XL images beside this script, and what a right decoder sees in them.

Needs what make.py of odd-images needs, and the tools of OpenJPEG, libheif, libavif and libjxl (Debian: libopenjp2-tools,
libheif-examples, libavif-bin, libjxl-tools). Run it where it lies; tests only read what it wrote. expected.txt is a list
like that of odd-images; system.txt one of those images that only libraries of the system decode. What a lossless file shows
is the picture that it was made from; what a lossy one shows, the reference tool says.
"""
import os
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
ODD = os.path.join(os.path.dirname(HERE), "odd-images")
sys.path.insert(0, ODD)

from make import ALPHA, DEEP, GREY, HEIGHT, INDICES, PALETTE, RGB, RGBA_PICTURE, WIDTH, over_white

PICTURES = {}
LISTS = {"expected.txt": [], "system.txt": []}
OVER_WHITE = over_white(RGBA_PICTURE)


def add(name, data, shows, tolerance=0, where="expected.txt"):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    picture = Image.fromarray(np.asarray(shows, np.uint8)).convert("RGB")
    key = (picture.tobytes(), picture.size)
    if key not in PICTURES:
        PICTURES[key] = f"{len(PICTURES):02d}.png"
        picture.save(os.path.join(HERE, "expected", PICTURES[key]), optimize=True)
    LISTS[where].append(f"{name} {PICTURES[key]} {tolerance}")


def in_runs(pixels, size):
    """Runs of equal pixels, and pixels by themselves, across the ends of rows."""
    all_pixels = [pixels[i:i + size] for i in range(0, len(pixels), size)]
    out, i = b"", 0
    while i < len(all_pixels):
        run = 1
        while i + run < len(all_pixels) and run < 128 and all_pixels[i + run] == all_pixels[i]:
            run += 1
        out += bytes([127 + run if run > 1 else 0]) + all_pixels[i]
        i += run
    return out


def tga(kind, pixels, bits, descriptor, palette=b"", colours=0, colour_bits=0, comment=b"", end=b""):
    head = struct.pack("<BBBHHBHHHHBB", len(comment), 1 if colours else 0, kind, 0, colours, colour_bits, 0, 0, WIDTH,
                       HEIGHT, bits, descriptor)
    return head + comment + palette + (in_runs(pixels, (bits + 7) // 8) if kind > 8 else pixels) + end


def from_corner(values, descriptor):
    values = values if descriptor & 0x20 else values[::-1]
    return values[:, ::-1] if descriptor & 0x10 else values


def five_bits(values):
    wide = values.astype(int) >> 3
    return (wide[..., 0] << 10 | wide[..., 1] << 5 | wide[..., 2]).astype("<u2"), np.round(wide * 255 / 31)


def tgas():
    bgra = np.dstack([RGB[:, :, ::-1], ALPHA])
    grey_alpha = np.dstack([GREY, ALPHA])
    packed, shown = five_bits(RGB)
    grey_shown = over_white(Image.merge("LA", (Image.fromarray(GREY), Image.fromarray(ALPHA))))
    for corner in (0x00, 0x10, 0x20, 0x30):
        for kind in (0, 8):
            suffix = f"{corner >> 4}{'-runs' if kind else ''}.tga"
            add("rgb-" + suffix, tga(kind + 2, from_corner(RGB[:, :, ::-1], corner).tobytes(), 24, corner), RGB)
            add("rgba-" + suffix, tga(kind + 2, from_corner(bgra, corner).tobytes(), 32, corner | 8), OVER_WHITE)
            add("grey-" + suffix, tga(kind + 3, from_corner(GREY, corner).tobytes(), 8, corner), GREY)
            add("palette-" + suffix, tga(kind + 1, from_corner(INDICES, corner).tobytes(), 8, corner,
                                         PALETTE[:, ::-1].tobytes(), 16, 24), PALETTE[INDICES])
    for bits in (15, 16):
        add(f"rgb-{bits}.tga", tga(2, packed[::-1].tobytes(), bits, bits - 15), shown)
    add("rgb-16-runs.tga", tga(10, packed[::-1].tobytes(), 16, 0), shown)
    add("grey-alpha.tga", tga(3, grey_alpha[::-1].tobytes(), 16, 8), grey_shown)
    packed_colours, shown_colours = five_bits(PALETTE)
    add("palette-16.tga", tga(1, INDICES[::-1].tobytes(), 8, 0, packed_colours.tobytes(), 16, 16), shown_colours[INDICES])
    add("comment-and-end.tga", tga(2, RGB[::-1, :, ::-1].tobytes(), 24, 0, comment=b"hello",
                                   end=struct.pack("<II", 0, 0) + b"TRUEVISION-XFILE.\0"), RGB)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def texture():
    """Larger, with edges and noise, so that code-blocks and their passes are many."""
    height, width = 61, 83
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    rgb = np.stack([60 + 150 * x + 30 * np.sin(40 * x * y), 70 + 160 * y + 20 * np.cos(30 * x), 200 - 120 * x * y], axis=2)
    rgb += np.random.RandomState(1).normal(0, 5, rgb.shape)
    rgb[10:35, 15:45] = (30, 40, 50)
    return rgb.clip(0, 255).round().astype(np.uint8)


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def jp2(codestream, width, height, components, space, *more):
    head = box(b"ihdr", struct.pack(">IIHBBBB", height, width, components, 7, 7, 0, 0))
    head += box(b"colr", b"\1\0\0" + struct.pack(">I", space)) + b"".join(more)
    return (box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", head)
            + box(b"jp2c", codestream))


def jpeg2000s(folder):
    path = lambda name: os.path.join(folder, name)
    busy = texture()
    Image.fromarray(busy).save(path("busy.ppm"))
    Image.fromarray(GREY).save(path("grey.pgm"))
    RGBA_PICTURE.save(path("rgba.png"))
    Image.fromarray(INDICES.astype(np.uint8)).save(path("indices.pgm"))
    with open(path("deep.ppm"), "wb") as file:
        file.write(b"P6\n%d %d\n65535\n" % (WIDTH, HEIGHT) + DEEP.astype(">u2").tobytes())

    def encoded(name, source, *options):
        run("opj_compress", "-i", path(source), "-o", path(name), *options)
        with open(path(name), "rb") as file:
            return file.read()

    def lossless(name, source, shows, *options):
        add(name, encoded(name, source, *options), shows)

    def lossy(name, source, *options):
        data = encoded(name, source, *options)
        run("opj_decompress", "-i", path(name), "-o", path("seen.ppm"))
        add(name, data, np.asarray(Image.open(path("seen.ppm")).convert("RGB")), 1)

    lossless("lossless.jp2", "busy.ppm", busy)
    lossless("lossless-layers.j2k", "busy.ppm", busy, "-r", "20,5,1", "-SOP", "-EPH")
    lossless("lossless-grey.jp2", "grey.pgm", GREY, "-n", "4")
    lossless("lossless-alpha.jp2", "rgba.png", OVER_WHITE, "-n", "3")
    lossless("lossless-16.jp2", "deep.ppm", np.round(DEEP / 257), "-n", "3")
    lossless("unmixed.jp2", "busy.ppm", busy, "-mct", "0", "-n", "1")
    lossless("tiles.jp2", "busy.ppm", busy, "-t", "32,25", "-n", "3")
    for order in ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL"):
        lossless(f"order-{order.lower()}.j2k", "busy.ppm", busy, "-p", order, "-r", "30,10,1", "-n", "4", "-b", "16,16",
                 "-c", "[32,32],[16,16]", "-t", "50,50", "-d", "13,7", "-T", "5,3")
        lossy(f"lossy-{order.lower()}.jp2", "busy.ppm", "-p", order, "-r", "20,6", "-I", "-n", "4", "-c", "[64,64]", "-b",
              "16,16")
    for mode in (1, 2, 4, 8, 32, 1 + 4, 63 - 16):
        lossless(f"mode-{mode}.j2k", "busy.ppm", busy, "-M", str(mode), "-n", "4")
    lossy("mode-47-lossy.j2k", "busy.ppm", "-M", "47", "-I", "-r", "8", "-n", "4")
    lossy("half-the-layers.j2k", "busy.ppm", "-r", "12", "-n", "5")
    lossy("lossy-tiles.j2k", "busy.ppm", "-I", "-r", "8", "-t", "40,40", "-n", "3")
    palette = box(b"pclr", struct.pack(">HB", 16, 3) + b"\7\7\7" + PALETTE.tobytes())
    columns = box(b"cmap", b"".join(struct.pack(">HBB", 0, 1, column) for column in range(3)))
    add("palette.jp2", jp2(encoded("i.j2k", "indices.pgm", "-n", "3"), WIDTH, HEIGHT, 1, 16, palette, columns),
        PALETTE[INDICES])
    even = RGB[:18, :26]
    ycc = np.asarray(Image.fromarray(even).convert("YCbCr"))
    with open(path("ycc.raw"), "wb") as file:
        file.write(ycc[:, :, 0].tobytes() + ycc[::2, ::2, 1].tobytes() + ycc[::2, ::2, 2].tobytes())
    enlarged = np.dstack([ycc[:, :, 0]] + [ycc[::2, ::2, i].repeat(2, 0).repeat(2, 1) for i in (1, 2)])
    add("subsampled.jp2", jp2(encoded("y.j2k", "ycc.raw", "-F", "26,18,3,8,u@1x1:2x2:2x2", "-mct", "0", "-n", "3"), 26, 18,
                              3, 18), np.asarray(Image.fromarray(enlarged, "YCbCr").convert("RGB")), 1)
    with open(path("cmyk.raw"), "wb") as file:
        file.write(b"".join((255 - RGB[:, :, i]).tobytes() for i in range(3)) + bytes([20]) * (WIDTH * HEIGHT))
    add("cmyk.jp2", jp2(encoded("c.j2k", "cmyk.raw", "-F", f"{WIDTH},{HEIGHT},4,8,u", "-mct", "0", "-n", "3"), WIDTH,
                        HEIGHT, 4, 12), np.floor(RGB * 235.0 / 255 + 0.5), 1)
    with open(path("bgra.raw"), "wb") as file:
        file.write(b"".join(RGB[:, :, i].tobytes() for i in (2, 1, 0)) + ALPHA.tobytes())
    kinds = box(b"cdef", struct.pack(">H", 4) + b"".join(
        struct.pack(">HHH", *entry) for entry in ((0, 0, 3), (1, 0, 2), (2, 0, 1), (3, 1, 0))))
    add("other-order.jp2", jp2(encoded("b.j2k", "bgra.raw", "-F", f"{WIDTH},{HEIGHT},4,8,u", "-mct", "0", "-n", "3"),
                               WIDTH, HEIGHT, 4, 16, kinds), OVER_WHITE)
    with open(path("signed.raw"), "wb") as file:
        file.write((GREY.astype(int) - 128).astype(np.int8).tobytes())
    add("signed.jp2", jp2(encoded("s.j2k", "signed.raw", "-F", f"{WIDTH},{HEIGHT},1,8,s", "-n", "3"), WIDTH, HEIGHT, 1, 17),
        GREY)


def small_blocks(folder):
    """Each block of 4 x 4 samples: more of them than images of such sides usually have."""
    path = lambda name: os.path.join(folder, name)
    busy = texture()[:, :, 1]
    large = np.full((400, 420), 90, np.uint8)
    large[200:200 + busy.shape[0], 300:300 + busy.shape[1]] = busy
    Image.fromarray(large).save(path("large.pgm"))
    run("opj_compress", "-i", path("large.pgm"), "-o", path("small-blocks.j2k"), "-b", "4,4")
    with open(path("small-blocks.j2k"), "rb") as file:
        add("small-blocks.j2k", file.read(), large)


def system_formats(folder):
    path = lambda name: os.path.join(folder, name)
    Image.fromarray(RGB[:18, :26]).save(path("rgb.png"))
    Image.fromarray(GREY[:18, :26]).save(path("grey.png"))
    RGBA_PICTURE.crop((0, 0, 26, 18)).save(path("rgba.png"))

    def made(name, maker, reader, tolerance, *command):
        run(*maker, *command)
        run(*reader, path(name), path("seen.png"))
        with open(path(name), "rb") as file:
            add(name, file.read(), over_white(Image.open(path("seen.png"))), tolerance, "system.txt")

    heif, avif, jxl = ("heif-convert",), ("avifdec", "--upsampling", "nearest"), ("djxl",)
    made("photograph.heic", ("heif-enc", "-q", "60"), heif, 2, path("rgb.png"), "-o", path("photograph.heic"))
    made("alpha.heic", ("heif-enc", "-q", "90"), heif, 2, path("rgba.png"), "-o", path("alpha.heic"))
    for chroma in ("444", "422", "420", "400"):
        made(f"chroma-{chroma}.avif", ("avifenc", "-y", chroma), avif, 1, path("rgb.png"), path(f"chroma-{chroma}.avif"))
    made("ten-bits.avif", ("avifenc", "-d", "10", "-y", "444"), heif, 1, path("rgb.png"), path("ten-bits.avif"))
    made("alpha.avif", ("avifenc", "-y", "444"), avif, 1, path("rgba.png"), path("alpha.avif"))
    made("lossless.avif", ("avifenc", "-l"), avif, 0, path("rgb.png"), path("lossless.avif"))
    for turns in range(4):
        for mirror in ("", "0", "1"):
            name = f"turned-{turns}{mirror}.avif"
            mirrored = ("--imir", mirror) if mirror else ()
            made(name, ("avifenc", "-y", "444", "--irot", str(turns), *mirrored), heif, 1, path("rgb.png"), path(name))
    for source, name in (("rgb", "lossless"), ("grey", "lossless-grey"), ("rgba", "lossless-alpha")):
        made(f"{name}.jxl", ("cjxl", "-d", "0"), jxl, 0, path(f"{source}.png"), path(f"{name}.jxl"))
    # For the tests that look at single files.
    run("avifenc", "-y", "444", "--cicp", "1/13/1", path("rgb.png"), os.path.join(HERE, "other-matrix.avif"))
    run("cjxl", "-d", "1", path("rgb.png"), os.path.join(HERE, "lossy.jxl"))
    run("cjxl", os.path.join(ODD, "orientation-6.jpg"), os.path.join(HERE, "from-orientation-6-jpg.jxl"))
    Image.new("RGB", (3000, 2800), (10, 200, 30)).save(path("large-flat.png"))
    run("cjxl", "-d", "0", path("large-flat.png"), os.path.join(HERE, "large-flat.jxl"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        tgas()
        jpeg2000s(folder)
        system_formats(folder)
        small_blocks(folder)
    for name, lines in LISTS.items():
        with open(os.path.join(HERE, name), "w") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
