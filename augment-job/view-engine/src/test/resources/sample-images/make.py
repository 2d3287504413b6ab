#!/usr/bin/env python3
"""Writes images whose samples are of every kind beside this script, and what each shows by its format's definition.

Needs NumPy, Pillow and the program zstd (Debian: python3-numpy, python3-pil, zstd). Run it where it lies; tests only read
what it wrote. expected.txt names, for each image, the picture it shows (a plain PNG in expected/) and how many grey levels a
decoder may be away from it. What each shows is computed here from the samples that are written, as decoders differ in many of
these forms: a sample is rounded to the nearest of 256 levels, and what is transparent lies over white.
"""
import io
import lzma
import os
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 17, 11
LINES = []
PICTURES = {}


def scene():
    """Smooth colours from 0 to 1, and a dark block."""
    x = np.linspace(0, 1, WIDTH)[None, :]
    y = np.linspace(0, 1, HEIGHT)[:, None]
    rgb = np.stack([0.05 + 0.9 * x + 0 * y, 0.1 + 0 * x + 0.8 * y, 0.9 - 0.7 * x * y], 2)
    rgb[2:6, 3:8] = (0.1, 0.2, 0.7)
    return rgb


RGB = scene()
GREY = RGB[:, :, 1]
ALPHA = np.tile(np.linspace(0, 1, WIDTH), (HEIGHT, 1))


def add(name, data, shows, tolerance=0):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    shows = np.asarray(shows)
    picture = Image.fromarray((np.dstack([shows] * 3) if shows.ndim == 2 else shows).astype(np.uint8))
    key = (picture.tobytes(), picture.size)
    if key not in PICTURES:
        PICTURES[key] = f"{len(PICTURES):03d}.png"
        picture.save(os.path.join(HERE, "expected", PICTURES[key]), optimize=True)
    LINES.append(f"{name} {PICTURES[key]} {tolerance}")


def whole(values, bits):
    """Values from 0 to 1 as unsigned samples."""
    return np.round(values * (2 ** bits - 1)).astype(np.uint64)


def floating(values, bits):
    """Values as the bits of floating samples; 24 bits have an exponent of 7 and a fraction of 16."""
    if bits == 24:
        single = values.astype("f4").view("u4").astype(np.int64)
        exponent = (single >> 23 & 0xff) - 127 + 63
        return ((exponent << 16) | (single >> 7 & 0xffff)).astype(np.uint64)
    return values.astype(f"f{bits // 8}").view(f"u{bits // 8}").astype(np.uint64)


def levels(samples, most):
    return np.floor(samples.astype(np.float64) * 255 / most + 0.5).astype(int)


def levels_of(values, bits):
    return np.floor(np.clip(values.astype(f"f{bits // 8}").astype(float), 0, 1) * 255 + 0.5).astype(int)


def over_white(level, opacity):
    opacity = opacity[..., None] if level.ndim == 3 else opacity
    return (level * opacity + 255 * (255 - opacity) + 127) // 255


def row_bytes(row, bits, order):
    if bits in (8, 16, 32, 64):
        return row.astype(f"{order}u{bits // 8}").tobytes()
    if bits == 24:
        return b"".join(int(v).to_bytes(3, "little" if order == "<" else "big") for v in row)
    text = "".join(format(int(v), f"0{bits}b") for v in row)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def lzw(data):
    """As libtiff packs them, by way of a file that Pillow writes."""
    out = io.BytesIO()
    Image.frombytes("L", (len(data), 1), data).save(out, "TIFF", compression="tiff_lzw")
    tags = Image.open(io.BytesIO(out.getvalue())).tag_v2
    return out.getvalue()[tags[273][0]:tags[273][0] + tags[279][0]]


def lzw_of_1987(data):
    """Codes with the lowest bit first, nine bits each, and the table cleared before it grows."""
    codes = []
    for at in range(0, len(data), 200):
        codes += [256] + list(data[at:at + 200])
    bits = "".join(format(code, "09b")[::-1] for code in codes + [257])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8][::-1], 2) for i in range(0, len(bits), 8))


def pack_bits(data):
    return b"".join(bytes([len(data[i:i + 100]) - 1]) + data[i:i + 100] for i in range(0, len(data), 100))


def xz(data):
    filters = [{"id": lzma.FILTER_DELTA, "dist": 1}, {"id": lzma.FILTER_LZMA2, "preset": 6}]
    return lzma.compress(data, lzma.FORMAT_XZ, check=lzma.CHECK_NONE, filters=filters)


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c", "--no-check"], input=data, stdout=subprocess.PIPE, check=True).stdout


NONE, LZW, DEFLATE, PACK_BITS, LZMA, ZSTD = 1, 5, 8, 32773, 34925, 50000
PACKERS = {NONE: lambda data: data, LZW: lzw, DEFLATE: zlib.compress, PACK_BITS: pack_bits, LZMA: xz, ZSTD: zstd}


def predicted(row, bits, order, predictor):
    """row: (columns, bands)"""
    if predictor == 2:
        row = row.astype(object)
        change = row.copy()
        change[1:] = row[1:] - row[:-1]
        row = np.array([[int(v) % 2 ** bits for v in pixel] for pixel in change], np.uint64)
    if predictor == 3:
        octets = np.frombuffer(row_bytes(row.reshape(-1), bits, ">"), np.uint8).reshape(-1, bits // 8).T.reshape(-1)
        change = octets.copy()
        change[row.shape[1]:] = octets[row.shape[1]:] - octets[:-row.shape[1]]
        return change.tobytes()
    return row_bytes(row.reshape(-1), bits, order)


def tiff(samples, bits, photometric, compression=DEFLATE, order="<", planar=False, tile=0, predictor=1, fill=1, kind=None,
         extra=None, tags=(), packer=None):
    samples = samples.reshape(samples.shape[0], samples.shape[1], -1)
    height, width, bands = samples.shape
    blocks = []
    for plane in [samples[:, :, [b]] for b in range(bands)] if planar else [samples]:
        if tile:
            for y in range(0, height, tile):
                for x in range(0, width, tile):
                    block = np.zeros((tile, tile, plane.shape[2]), samples.dtype)
                    part = plane[y:y + tile, x:x + tile]
                    block[:part.shape[0], :part.shape[1]] = part
                    blocks.append(block)
        else:
            blocks += [plane[y:y + 5] for y in range(0, height, 5)]
    rows = [b"".join(predicted(row, bits, order, predictor) for row in block) for block in blocks]
    tags = list(tags) + [(258, "H", [bits] * bands)]
    tags += [(317, "H", [predictor])] if predictor > 1 else []
    tags += [(339, "H", [kind] * bands)] if kind else []
    tags += [(338, "H", extra)] if extra is not None else []
    return tiff_of(rows, width, height, bands, photometric, compression, order, planar, tile, 5, fill, tags, packer)


def tiff_of(rows, width, height, bands, photometric, compression, order, planar, tile, per_strip, fill, tags, packer=None):
    packed = [(packer or PACKERS[compression])(part) for part in rows]
    if fill == 2:
        packed = [bytes(int(format(octet, "08b")[::-1], 2) for octet in part) for part in packed]
    entries = [(256, "I", [width]), (257, "I", [height]), (259, "H", [compression]), (262, "H", [photometric]),
               (266, "H", [fill]), (277, "H", [bands]), (284, "H", [2 if planar else 1])]
    entries += [(322, "I", [tile]), (323, "I", [tile])] if tile else [(278, "I", [per_strip])]
    offsets, at = [], 8
    for part in packed:
        offsets.append(at)
        at += len(part)
    entries += [(324 if tile else 273, "I", offsets), (325 if tile else 279, "I", [len(part) for part in packed])]
    entries = sorted(entries + list(tags))
    start = at + at % 2
    after = start + 2 + 12 * len(entries) + 4
    directory, values = b"", b""
    for tag, form, numbers in entries:
        if form == "R":
            raw = b"".join(struct.pack(order + "II", *fraction) for fraction in numbers)
        elif form == "s":
            raw = numbers
        else:
            raw = struct.pack(order + str(len(numbers)) + form, *numbers)
        if len(raw) > 4:
            place = after + len(values)
            values += raw + b"\0" * (len(raw) % 2)
            raw = struct.pack(order + "I", place)
        types = {"s": 2, "H": 3, "I": 4, "R": 5}
        directory += struct.pack(order + "HHI", tag, types[form], len(numbers)) + raw.ljust(4, b"\0")
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, start)
    count = struct.pack(order + "H", len(entries))
    return head + b"".join(packed) + b"\0" * (at % 2) + count + directory + struct.pack(order + "I", 0) + values


def whole_tiffs():
    for bits in range(1, 17):
        most = 2 ** bits - 1
        grey, rgb, alpha = whole(GREY, bits), whole(RGB, bits), whole(ALPHA, bits)
        shown, opacity = levels(rgb, most), levels(alpha, most)
        order = "<>"[bits % 2]
        add(f"rgb-{bits}.tiff", tiff(rgb, bits, 2, order=order), shown)
        add(f"white-is-zero-{bits}.tiff", tiff(most - grey, bits, 0, compression=LZW), levels(grey, most))
        if bits in (1, 2, 4, 6, 10, 12, 14):
            add(f"planar-{bits}.tiff", tiff(rgb, bits, 2, planar=True, compression=PACK_BITS), shown)
            add(f"tiled-{bits}.tiff", tiff(rgb, bits, 2, tile=16, compression=NONE), shown)
            add(f"alpha-{bits}.tiff", tiff(np.dstack([rgb, alpha]), bits, 2, extra=[2]), over_white(shown, opacity))
            add(f"grey-alpha-{bits}.tiff", tiff(np.dstack([grey, alpha]), bits, 1, extra=[2]),
                over_white(levels(grey, most), opacity))
    for bits in (3, 5, 6):
        palette = np.random.RandomState(5).randint(0, 256, (2 ** bits, 3))
        tags = [(320, "H", [int(v) * 257 for v in palette.T.reshape(-1)])]
        index = whole(GREY, bits)
        add(f"palette-{bits}.tiff", tiff(index, bits, 3, tags=tags), palette[index.astype(int)])
    rgb, shown = whole(RGB, 8), levels(whole(RGB, 8), 255)
    infra = np.dstack([rgb, whole(GREY, 8)])
    add("near-infrared.tiff", tiff(infra, 8, 2, extra=[0]), shown)
    add("near-infrared-planar.tiff", tiff(infra, 8, 2, extra=[0], planar=True), shown)
    opacity = levels(whole(ALPHA, 8), 255)
    add("near-infrared-and-alpha.tiff", tiff(np.dstack([infra, whole(ALPHA, 8)]), 8, 2, extra=[0, 2]),
        over_white(shown, opacity))
    add("many-bands.tiff", tiff(np.dstack([whole(GREY, 8), infra, infra]), 8, 1, extra=[0] * 8), levels(whole(GREY, 8), 255))
    for name, compression in (("none", NONE), ("lzw", LZW), ("deflate", DEFLATE), ("lzma", LZMA), ("zstd", ZSTD)):
        add(f"lowest-bit-first-{name}.tiff", tiff(rgb, 8, 2, compression=compression, fill=2), shown)
        add(f"{name}.tiff", tiff(rgb, 8, 2, compression=compression, tile=16, planar=True), shown)
    add("lzw-of-1987.tiff", tiff(rgb, 8, 2, compression=LZW, packer=lzw_of_1987), shown)
    for bits in (16, 32, 64):
        deep = whole(RGB, bits) if bits < 64 else (RGB * 2.0 ** 63).astype(np.uint64) * np.uint64(2)
        for order in "<>":
            end = "little" if order == "<" else "big"
            add(f"differences-{bits}-{end}.tiff", tiff(deep, bits, 2, predictor=2, order=order, compression=LZW),
                levels(deep, 2.0 ** bits - 1))
    for bits in (24, 32):
        add(f"rgb-{bits}.tiff", tiff(whole(RGB, bits), bits, 2, order=">"), levels(whole(RGB, bits), 2.0 ** bits - 1))
    for bits in (8, 12, 16, 32):
        signed = whole(GREY, bits)
        above = signed.astype(float) - signed.min()
        add(f"signed-{bits}.tiff", tiff(signed ^ np.uint64(1 << bits - 1), bits, 1, kind=2), levels(above, above.max()))
    ink = np.dstack([whole(1 - RGB, 8), whole(np.full_like(GREY, 0.1), 8)])
    light = 255 - ink.astype(int)
    bare = (light[:, :, :3] * light[:, :, 3:] + 127) // 255
    add("cmyk-zstd.tiff", tiff(ink, 8, 5, compression=ZSTD), bare)
    add("cmyk-and-another-band.tiff", tiff(np.dstack([ink, whole(ALPHA, 8)]), 8, 5, extra=[0]), bare)
    add("cmyk-alpha-planar.tiff", tiff(np.dstack([ink, whole(ALPHA, 8)]), 8, 5, extra=[2], planar=True),
        over_white(bare, opacity))


def floating_tiffs():
    for bits in (16, 32, 64):
        grey, rgb = levels_of(GREY, bits), levels_of(RGB, bits)
        add(f"floating-{bits}.tiff", tiff(floating(GREY, bits), bits, 1, kind=3, order="<>"[bits == 32]), grey)
        add(f"floating-white-is-zero-{bits}.tiff", tiff(floating(GREY, bits), bits, 0, kind=3), 255 - grey)
        add(f"floating-rgb-{bits}.tiff", tiff(floating(RGB, bits), bits, 2, kind=3, predictor=2), rgb)
        add(f"floating-predictor-{bits}.tiff", tiff(floating(RGB, bits), bits, 2, kind=3, predictor=3), rgb)
        add(f"floating-predictor-planar-{bits}.tiff",
            tiff(floating(RGB, bits), bits, 2, kind=3, predictor=3, planar=True, tile=16, order=">"), rgb)
    add("floating-24.tiff", tiff(floating(RGB, 24), 24, 2, kind=3), levels_of(RGB, 32), 1)
    add("floating-alpha.tiff", tiff(floating(np.dstack([RGB, ALPHA]), 32), 32, 2, kind=3, extra=[2]),
        over_white(levels_of(RGB, 32), levels_of(ALPHA, 32)))
    heights = GREY * 3000 - 400
    stretched = (heights.astype("f4").astype(float) - heights.astype("f4").min()) / np.ptp(heights.astype("f4").astype(float))
    add("heights.tiff", tiff(floating(heights, 32), 32, 1, kind=3), np.floor(stretched * 255 + 0.5))
    holes = heights.copy()
    holes[8:, :4] = -9999
    holes[8:, 4:6] = np.nan
    holes[8:, 6:8] = np.inf
    shown = np.floor(stretched * 255 + 0.5)
    shown[8:, :6] = 0
    shown[8:, 6:8] = 255
    seen = heights.copy()
    seen[8:, :8] = heights[0, 0]
    least, most = seen.astype("f4").min().astype(float), seen.astype("f4").max().astype(float)
    shown[:8] = np.floor((heights[:8].astype("f4").astype(float) - least) / (most - least) * 255 + 0.5)
    shown[8:, 8:] = np.floor((heights[8:, 8:].astype("f4").astype(float) - least) / (most - least) * 255 + 0.5)
    add("heights-with-holes.tiff", tiff(floating(holes, 32), 32, 1, kind=3, tags=[(42113, "s", b"-9999\0")]), shown)


def ycbcr_tiffs():
    rgb = levels(whole(RGB, 8), 255).astype(float)
    y = rgb @ (0.299, 0.587, 0.114)
    planes = [y, (rgb[:, :, 2] - y) / 1.772 + 128, (rgb[:, :, 0] - y) / 1.402 + 128]
    for across, down, tile in ((1, 1, 0), (2, 1, 0), (2, 2, 16), (4, 2, 0), (1, 2, 16)):
        taken = [np.clip(np.round(plane), 0, 255).astype(int) for plane in planes]
        units, side = [], tile or 17
        for top in range(0, HEIGHT, tile or 4):
            for left in range(0, WIDTH, side):
                unit = b""
                for v in range(top, top + (tile or min(4, HEIGHT - top)), down):
                    for u in range(left, left + side, across):
                        spots = [(min(v + j, HEIGHT - 1), min(u + i, WIDTH - 1)) for j in range(down) for i in range(across)]
                        unit += bytes(int(taken[0][spot]) for spot in spots)
                        unit += bytes(int(taken[channel][spots[0]]) for channel in (1, 2))
                units.append(unit)
        rows, columns = np.indices((HEIGHT, WIDTH))
        shared = rows // down * down, columns // across * across
        cb, cr = taken[1][shared] - 128, taken[2][shared] - 128
        shown = np.stack([taken[0] + 1.402 * cr, taken[0] - 0.344136 * cb - 0.714136 * cr, taken[0] + 1.772 * cb], 2)
        tags = [(258, "H", [8, 8, 8]), (530, "H", [across, down]),
                (532, "R", [(v, 1) for v in (0, 255, 128, 255, 128, 255)])]
        data = tiff_of(units, WIDTH, HEIGHT, 3, 6, LZW, "<", False, tile, 4, 1, tags)
        add(f"ycbcr-{across}{down}.tiff", data, np.clip(np.round(shown), 0, 255), 1)
    weights, reference = (0.2126, 0.7152, 0.0722), (16, 235, 128, 240, 128, 240)
    codes = np.random.RandomState(9).randint(60, 190, (HEIGHT, WIDTH, 3))
    y = (codes[:, :, 0] - 16) * 255 / 219
    cb, cr = (codes[:, :, 1] - 128) * 127 / 112, (codes[:, :, 2] - 128) * 127 / 112
    red, blue = y + cr * (2 - 2 * weights[0]), y + cb * (2 - 2 * weights[2])
    shown = np.stack([red, (y - weights[0] * red - weights[2] * blue) / weights[1], blue], 2)
    tags = [(530, "H", [1, 1]), (532, "R", [(v, 1) for v in reference]),
            (529, "R", [(int(v * 10000), 10000) for v in weights])]
    add("ycbcr-video.tiff", tiff(codes.astype(np.uint64), 8, 6, tags=tags), np.clip(np.round(shown), 0, 255), 1)


def lab_tiffs():
    white = np.array([0.3457 / 0.3585, 1, 0.2958 / 0.3585])
    to_srgb = np.array([[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540],
                        [0.0719453, -0.2289914, 1.4052427]])
    light = np.dstack([30 + 60 * GREY, 60 * (RGB[:, :, 0] - 0.5), 60 * (RGB[:, :, 2] - 0.5)])
    for name, bits, photometric in (("lab-8", 8, 8), ("lab-16", 16, 8), ("icc-lab-8", 8, 9), ("icc-lab-16", 16, 9)):
        top = 255 if bits == 8 else 65280 if photometric == 9 else 65535
        unit = 1 if bits == 8 else 256
        codes = np.round(np.dstack([light[:, :, :1] * top / 100, light[:, :, 1:] * unit])).astype(int)
        lightness, a, b = codes[:, :, 0] * 100 / top, codes[:, :, 1] / unit, codes[:, :, 2] / unit
        fy = (lightness + 16) / 116
        bent = np.dstack([fy + a / 500, fy, fy - b / 200])
        xyz = np.where(bent > 6 / 29, bent ** 3, (bent - 4 / 29) * 108 / 841) * white
        linear = np.clip(xyz @ to_srgb.T, 0, 1)
        shown = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
        if photometric == 9:
            codes[:, :, 1:] += 128 * unit
        add(f"{name}.tiff", tiff((codes % 2 ** bits).astype(np.uint64), bits, photometric), np.round(shown), 1)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits, kind, interlaced, rows, extra=b"", first=b""):
    head = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + first + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def passes(samples):
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        yield samples[y0::dy, x0::dx]


def filtered(samples):
    """Each row by another of the five filters."""
    out, size = b"", samples.shape[2]
    above = np.zeros(samples.shape[1] * size, int)
    for y, row in enumerate(samples.reshape(samples.shape[0], -1).astype(int)):
        left = np.concatenate([np.zeros(size, int), row[:-size]])
        corner = np.concatenate([np.zeros(size, int), above[:-size]])
        guess = left + above - corner
        nearest = np.where((abs(guess - left) <= abs(guess - above)) & (abs(guess - left) <= abs(guess - corner)), left,
                           np.where(abs(guess - above) <= abs(guess - corner), above, corner))
        by = (0 * left, left, above, (left + above) // 2, nearest)[y % 5]
        out += bytes([y % 5]) + (row - by & 255).astype(np.uint8).tobytes()
        above = row
    return out


def pngs():
    for bits in (1, 2, 4):
        grey = whole(GREY, bits)
        shade = int(grey[4, 4])
        shown = np.where(grey == shade, 255, levels(grey, 2 ** bits - 1))
        clear = chunk(b"tRNS", struct.pack(">H", shade))
        for interlaced in (0, 1):
            parts = passes(grey) if interlaced else [grey]
            rows = b"".join(b"\0" + row_bytes(row, bits, ">") for part in parts if part.size for row in part)
            data = png(WIDTH, HEIGHT, bits, 0, interlaced, zlib.compress(rows), clear)
            add(f"transparent-shade-{bits}{'-interlaced' * interlaced}.png", data, shown)
    rgb, alpha = levels(whole(RGB, 8), 255), levels(whole(ALPHA, 8), 255)
    multiplied = (rgb * alpha[..., None] + 127) // 255
    both = np.dstack([multiplied[:, :, ::-1], alpha])
    apple = chunk(b"CgBI", bytes.fromhex("50002002"))
    for interlaced in (0, 1):
        end = "-interlaced" * interlaced
        for name, samples, kind, shown in (("apple", rgb[:, :, ::-1], 2, rgb),
                                           ("apple-alpha", both, 6, np.minimum(255, multiplied + 255 - alpha[..., None]))):
            rows = b"".join(filtered(part) for part in (passes(samples) if interlaced else [samples]) if part.size)
            add(f"{name}{end}.png", png(WIDTH, HEIGHT, 8, kind, interlaced, zlib.compress(rows)[2:-4], first=apple), shown)


def bmps():
    palette = np.random.RandomState(8).randint(0, 256, (16, 3)).astype(np.uint8)
    quads = np.hstack([palette[:, ::-1], np.zeros((16, 1), np.uint8)]).tobytes()

    def bmp(bits, rows):
        start = 14 + 40 + len(quads)
        head = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, bits, 1 if bits == 8 else 2, len(rows), 0, 0, 16, 0)
        return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + head + quads + rows

    index = whole(GREY, 4).astype(int)
    lines = [b"".join(bytes([1, v]) for v in row) for row in index[::-1]]
    add("rle8-no-end.bmp", bmp(8, b"\0\0".join(lines)), palette[index])
    early = np.zeros_like(index)
    early[-4:, :10] = index[-4:, :10]
    add("rle8-early-ends.bmp", bmp(8, b"\0\0".join(line[:20] for line in lines[:4]) + b"\0\1"), palette[early])
    add("rle8-runs-too-long.bmp", bmp(8, b"".join(bytes([40, row[0], 0, 0]) for row in index[::-1]) + b"\0\1"),
        palette[np.repeat(index[:, :1], WIDTH, 1)])
    jumps = np.zeros_like(index)
    jumps[-1, :5], jumps[-4, 9:14], jumps[-5, 2:4] = 3, 7, 9
    jumps[-5, 4:9] = (1, 2, 3, 4, 5)
    rows = bytes([5, 3, 0, 2, 4, 3, 5, 7, 0, 0, 0, 2, 2, 0, 2, 9, 0, 5, 1, 2, 3, 4, 5, 0, 0, 1])
    add("rle8-jumps.bmp", bmp(8, rows), palette[jumps])
    jumps[-1, :5], jumps[-4, 9:14] = (3, 4, 3, 4, 3), (7, 8, 7, 8, 7)
    rows = bytes([5, 0x34, 0, 2, 4, 3, 5, 0x78, 0, 0, 0, 2, 2, 0, 2, 0x99, 0, 5, 0x12, 0x34, 0x50, 0, 0, 1])
    add("rle4-jumps.bmp", bmp(4, rows), palette[jumps])


def pnms():
    for greatest in (1, 2, 100, 200, 255, 300, 1023, 65534):
        form = "u1" if greatest < 256 else ">u2"
        rgb = np.round(RGB * greatest).astype(int)
        grey, alpha = rgb[:, :, 1], np.round(ALPHA * greatest).astype(int)
        words = "\n".join(" ".join(str(v) for v in row.reshape(-1)) for row in rgb)
        size = f"{WIDTH} {HEIGHT}"
        add(f"grey-{greatest}.pgm", f"P5\n{size}\n{greatest}\n".encode() + grey.astype(form).tobytes(), levels(grey, greatest))
        add(f"words-{greatest}.ppm", f"P3 {size} # a comment\n{greatest}\n{words}".encode(), levels(rgb, greatest))
        head = f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH 4\nMAXVAL {greatest}\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
        add(f"alpha-{greatest}.pam", head.encode() + np.dstack([rgb, alpha]).astype(form).tobytes(),
            over_white(levels(rgb, greatest), levels(alpha, greatest)))
    bits = GREY > 0.5
    head = f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n"
    add("bits.pam", head.encode() + bits.astype("u1").tobytes(), bits * 255)
    add("floating.pfm", f"PF\n{WIDTH} {HEIGHT}\n-1.0\n".encode() + RGB[::-1].astype("<f4").tobytes(), levels_of(RGB, 32))
    add("floating-grey.pfm", f"Pf\n{WIDTH} {HEIGHT}\n1.0\n".encode() + GREY[::-1].astype(">f4").tobytes(),
        levels_of(GREY, 32))


def psds():
    def psd(samples, mode, packed=False):
        samples = samples.reshape(HEIGHT, WIDTH, -1)
        head = b"8BPS" + struct.pack(">HIHHIIHH", 1, 0, 0, samples.shape[2], HEIGHT, WIDTH, 32, mode)
        rows = [row.astype(">f4").tobytes() for band in range(samples.shape[2]) for row in samples[:, :, band]]
        body = struct.pack(">H", 0) + b"".join(rows)
        if packed:
            lines = [pack_bits(row) for row in rows]
            body = struct.pack(">H", 1) + b"".join(struct.pack(">H", len(line)) for line in lines) + b"".join(lines)
        return head + struct.pack(">III", 0, 0, 0) + body

    add("floating.psd", psd(RGB, 3), levels_of(RGB, 32))
    add("floating-packed.psd", psd(RGB * 1.5, 3, True), levels_of(RGB * 1.5, 32))
    add("floating-grey.psd", psd(GREY, 1), levels_of(GREY, 32))
    add("floating-alpha.psd", psd(np.dstack([RGB, ALPHA]), 3), over_white(levels_of(RGB, 32), levels_of(ALPHA, 32)))


def icons():
    picture = Image.fromarray(levels(whole(RGB, 8), 255).astype(np.uint8))
    sides = {side: picture.resize((side, side), Image.BICUBIC) for side in (8, 16, 24)}
    large = Image.fromarray(np.full((256, 256, 3), 60, np.uint8))

    def png_of(image):
        out = io.BytesIO()
        image.save(out, "PNG", optimize=True)
        return out.getvalue()

    def bitmap(image, bits):
        width, height = image.size
        pixels = np.asarray(image.convert("RGBA"))[::-1]
        count = 0
        if bits == 8:
            few = image.quantize(16)
            colours = np.array((few.getpalette() + [0] * 48)[:48]).reshape(16, 3)
            count = 16
            rows = b"".join(bytes([b, g, r, 0]) for r, g, b in colours.tolist())
            rows += b"".join(row.tobytes() + b"\0" * (-width % 4) for row in np.asarray(few)[::-1])
        elif bits == 24:
            rows = b"".join(row[:, 2::-1].tobytes() + b"\0" * (-3 * width % 4) for row in pixels)
        else:
            rows = pixels[:, :, [2, 1, 0, 3]].tobytes()
        head = struct.pack("<IiiHHIIiiII", 40, width, 2 * height, 1, bits, 0, 0, 0, 0, count, 0)
        return head + rows + b"\0" * ((width + 31) // 32 * 4 * height)

    def icon(parts, kind=1):
        head, body = struct.pack("<HHH", 0, kind, len(parts)), b""
        for side, data in parts:
            place = 6 + 16 * len(parts) + len(body)
            head += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, kind, 0, len(data), place)
            body += data
        return head + body

    small, middle, wide = sides[8], sides[16], sides[24]
    three = [(8, bitmap(small, 32)), (24, bitmap(wide, 32)), (16, bitmap(middle, 32))]
    add("largest-of-three.ico", icon(three), np.asarray(wide))
    add("largest-of-three.cur", icon(three, 2), np.asarray(wide))
    add("largest-of-24-bits.ico", icon([(8, png_of(small)), (24, bitmap(wide, 24))]), np.asarray(wide))
    add("largest-is-256.ico", icon([(24, bitmap(wide, 32)), (256, png_of(large))]), np.asarray(large))
    add("deepest-of-two.ico", icon([(16, bitmap(middle, 8)), (16, bitmap(middle, 32))]), np.asarray(middle))


def main():
    os.makedirs(os.path.join(HERE, "expected"), exist_ok=True)
    for make in (whole_tiffs, floating_tiffs, ycbcr_tiffs, lab_tiffs, pngs, bmps, pnms, psds, icons):
        make()
    with open(os.path.join(HERE, "expected.txt"), "w") as file:
        file.write("\n".join(LINES) + "\n")


if __name__ == "__main__":
    main()
