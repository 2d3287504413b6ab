#!/usr/bin/env python3
"""Writes the odd images beside this script, and what a right decoder sees in them.

Needs Pillow, NumPy, OpenCV and libwebp's tools (Debian: python3-pil, python3-numpy, python3-opencv, webp). Run it where it lies; tests only
read what it wrote. expected.txt names, for each image, the picture it shows (a plain PNG in expected/) and how many
grey levels a decoder may be away from it. Where Pillow reads a form, Pillow says what it shows (transparency over white,
EXIF orientation applied); of lossy WebP files libwebp does; the others are written here from the picture itself.
"""
import io
import os
import struct
import subprocess
import tempfile
import zlib

import cv2
import numpy as np
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = []
PICTURES = {}
WIDTH, HEIGHT = 27, 19


def scene():
    """Smooth colours, different in each corner, and a sharp dark block at the upper left."""
    x = np.linspace(0, 1, WIDTH)[None, :]
    y = np.linspace(0, 1, HEIGHT)[:, None]
    rgb = np.stack([60 + 180 * x + 0 * y, 70 + 0 * x + 160 * y, 200 - 120 * x * y], axis=2)
    rgb[2:7, 3:9] = (30, 40, 50)
    return rgb.round().astype(np.uint8)


RGB = scene()
GREY = RGB[:, :, 1].copy()
ALPHA = np.tile(np.linspace(0, 255, WIDTH).round().astype(np.uint8), (HEIGHT, 1))
PICTURE = Image.fromarray(RGB)
GREY_PICTURE = Image.fromarray(GREY)
RGBA_PICTURE = Image.fromarray(np.dstack([RGB, ALPHA]))
DEEP = (RGB.astype(np.uint16) << 8) + RGB[:, ::-1]
DEEP_GREY = DEEP[:, :, 1].copy()
PALETTED = PICTURE.quantize(16, dither=Image.Dither.NONE)
INDICES = np.asarray(PALETTED)
PALETTE = np.asarray(PALETTED.getpalette()[:48], np.uint8).reshape(16, 3)
BITS = GREY > 128


def add(name, data, shows, tolerance=0):
    """shows: an array or an image, as a person would see it."""
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    picture = shows if isinstance(shows, Image.Image) else Image.fromarray(np.asarray(shows, np.uint8))
    picture = picture.convert("RGB")
    key = (picture.tobytes(), picture.size)
    if key not in PICTURES:
        PICTURES[key] = f"{len(PICTURES):03d}.png"
        picture.save(os.path.join(HERE, "expected", PICTURES[key]), optimize=True)
    LINES.append(f"{name} {PICTURES[key]} {tolerance}")


def over_white(image):
    values = np.asarray(image.convert("RGBA")).astype(np.int64)
    alpha = values[:, :, 3:]
    return ((values[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def as_pillow_sees(data):
    image = Image.open(io.BytesIO(data))
    # Pillow turns TIFF files itself, and leaves the tag that says how.
    return over_white(image if image.format == "TIFF" else ImageOps.exif_transpose(image))


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def by_pillow(name, image, form, tolerance=0, **options):
    data = saved(image, form, **options)
    add(name, data, as_pillow_sees(data), tolerance)


def by_dwebp(name, image, **options):
    """Lossy WebP halves the resolution of colours, and decoders differ in how they fill in; dwebp has an option not to."""
    data = saved(image, "WEBP", **options)
    with tempfile.TemporaryDirectory() as folder:
        file, frame, seen = (os.path.join(folder, part) for part in ("file.webp", "frame.webp", "seen.png"))
        with open(file, "wb") as out:
            out.write(data)
        if "save_all" in options:
            subprocess.run(["webpmux", "-get", "frame", "1", file, "-o", frame], check=True, capture_output=True)
            file = frame
        subprocess.run(["dwebp", "-quiet", "-nofancy", file, "-o", seen], check=True)
        add(name, data, over_white(Image.open(seen)))


def exif(orientation):
    values = Image.Exif()
    values[0x0112] = orientation
    return values


def as_stored(picture, orientation):
    """The inverse of what a viewer does for this orientation."""
    undo = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}[orientation]
    return picture if undo is None else picture.transpose(undo)


def jpegs():
    by_pillow("baseline.jpg", PICTURE, "JPEG", 3, quality=90, subsampling=0)
    by_pillow("subsampled.jpg", PICTURE, "JPEG", 3, quality=90, subsampling=2)
    by_pillow("progressive.jpg", PICTURE, "JPEG", 3, quality=90, progressive=True)
    by_pillow("grey.jpg", GREY_PICTURE, "JPEG", 1, quality=90)
    by_pillow("grey-progressive.jpg", GREY_PICTURE, "JPEG", 1, quality=90, progressive=True)
    by_pillow("restart-intervals.jpg", PICTURE, "JPEG", 3, quality=90, restart_marker_blocks=1)
    by_pillow("comment-and-profile.jpg", PICTURE, "JPEG", 3, quality=90, comment=b"x" * 500, icc_profile=b"y" * 500)
    for orientation in range(1, 9):
        by_pillow(f"orientation-{orientation}.jpg", as_stored(PICTURE, orientation), "JPEG", 3, quality=90,
                  subsampling=0, exif=exif(orientation))
    ink = 255 - RGB
    black = np.full((HEIGHT, WIDTH, 1), 20, np.uint8)
    cmyk = np.dstack([np.clip(ink.astype(int) - 20, 0, 255).astype(np.uint8), black])
    by_pillow("cmyk-adobe.jpg", Image.fromarray(cmyk, "CMYK"), "JPEG", 4, quality=95)
    # Adobe stores ink inverted; a file of four channels whose first three are turned to YCbCr, marked so.
    turned = np.asarray(Image.fromarray(cmyk[:, :, :3]).convert("YCbCr"))
    stored = Image.fromarray(np.dstack([255 - turned, cmyk[:, :, 3:]]), "CMYK")
    ycck = bytearray(saved(stored, "JPEG", quality=95))
    adobe = ycck.index(b"Adobe")
    ycck[adobe + 11] = 2
    add("ycck-adobe.jpg", bytes(ycck), as_pillow_sees(bytes(ycck)), 4)
    rgb = bytearray(saved(Image.fromarray(RGB), "JPEG", quality=95, subsampling=0))
    # Adobe's mark with transform 0: the three channels are RGB already.
    marked = bytes(rgb[:2]) + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00" + bytes(rgb[20:])
    add("rgb-adobe.jpg", marked, as_pillow_sees(marked), 2)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def interlaced_png(rgb):
    """Adam7, filter 0."""
    rows = b""
    for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for row in rgb[y0::dy, x0::dx]:
            rows += b"\x00" + row.tobytes()
    head = struct.pack(">IIBBBBB", rgb.shape[1], rgb.shape[0], 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pngs():
    by_pillow("rgb.png", PICTURE, "PNG")
    by_pillow("rgba.png", RGBA_PICTURE, "PNG", 1)
    by_pillow("grey.png", GREY_PICTURE, "PNG")
    by_pillow("grey-alpha.png", Image.merge("LA", (GREY_PICTURE, Image.fromarray(ALPHA))), "PNG", 1)
    by_pillow("one-bit.png", Image.fromarray(BITS), "PNG")
    by_pillow("palette-4.png", PALETTED, "PNG", bits=4)
    by_pillow("palette-8.png", PICTURE.quantize(200), "PNG")
    by_pillow("palette-transparent.png", PALETTED, "PNG", 1, transparency=bytes([0, 64, 128, 255]))
    by_pillow("grey-transparent-shade.png", GREY_PICTURE, "PNG", transparency=int(GREY[4, 4]))
    by_pillow("rgb-transparent-colour.png", PICTURE, "PNG", transparency=(30, 40, 50))
    by_pillow("orientation-6.png", as_stored(PICTURE, 6), "PNG", exif=exif(6))
    by_pillow("animated.png", PICTURE, "PNG", save_all=True, append_images=[ImageOps.invert(PICTURE)], duration=100)
    by_pillow("text-and-gamma.png", PICTURE, "PNG", dpi=(72, 72), icc_profile=b"z" * 400)
    add("interlaced.png", interlaced_png(RGB), RGB)
    shown = np.round(DEEP / 257).astype(np.uint8)
    add("rgb-16.png", cv2.imencode(".png", DEEP[:, :, ::-1])[1].tobytes(), shown)
    add("grey-16.png", cv2.imencode(".png", DEEP_GREY)[1].tobytes(), np.round(DEEP_GREY / 257).astype(np.uint8))
    alpha16 = (ALPHA.astype(np.uint16) * 257)[:, :, None]
    data = cv2.imencode(".png", np.dstack([DEEP[:, :, ::-1], alpha16]))[1].tobytes()
    add("rgba-16.png", data, over_white(Image.fromarray(np.dstack([shown, ALPHA]))), 1)


def webps():
    by_dwebp("lossy.webp", PICTURE, quality=90)
    by_pillow("lossless.webp", PICTURE, "WEBP", lossless=True)
    by_dwebp("lossy-alpha.webp", RGBA_PICTURE, quality=90)
    by_pillow("lossless-alpha.webp", RGBA_PICTURE, "WEBP", lossless=True, exact=True)
    by_pillow("palette.webp", PALETTED.convert("RGB"), "WEBP", lossless=True)
    by_pillow("animated.webp", PICTURE, "WEBP", lossless=True, save_all=True,
              append_images=[ImageOps.invert(PICTURE)], duration=100)
    by_dwebp("animated-lossy.webp", PICTURE, save_all=True, append_images=[ImageOps.invert(PICTURE)], duration=100)
    by_pillow("orientation-6.webp", as_stored(PICTURE, 6), "WEBP", lossless=True, exif=exif(6))


def tiff(samples, photometric, bits=8, tile=0, rows_per_strip=7, planar=False, pack=zlib.compress, compression=8,
         order="<", big=False, extra=(), predictor=1):
    """A TIFF file of these samples: (height, width, bands) of uint8 or uint16, or packed rows of uint8 (bits below 8)."""
    height, width = samples.shape[:2]
    bands = samples.shape[2] if samples.ndim == 3 else 1
    samples = samples.reshape(height, width, bands)
    planes = [samples[:, :, [band]] for band in range(bands)] if planar else [samples]
    blocks = []
    for plane in planes:
        if tile:
            for y in range(0, height, tile):
                for x in range(0, width, tile):
                    part = np.zeros((tile, tile, plane.shape[2]), plane.dtype)
                    cut = plane[y:y + tile, x:x + tile]
                    part[:cut.shape[0], :cut.shape[1]] = cut
                    blocks.append(part)
        else:
            blocks += [plane[y:y + rows_per_strip] for y in range(0, height, rows_per_strip)]
    packed = []
    for block in blocks:
        if bits < 8:
            flat = np.zeros((block.shape[0], (width * bits + 7) // 8), np.uint8)
            for x in range(width):
                flat[:, x * bits // 8] |= (block[:, x, 0] << (8 - bits - x * bits % 8)).astype(np.uint8)
            block = flat
        elif predictor == 2:
            block = np.concatenate([block[:, :1], np.diff(block, axis=1)], axis=1)
        packed.append(pack(block.astype(block.dtype.newbyteorder(order)).tobytes()))
    wide = "Q" if big else "I"
    entries = [(256, "I", [width]), (257, "I", [height]), (258, "H", [bits] * bands), (259, "H", [compression]),
               (262, "H", [photometric]), (277, "H", [bands]), (284, "H", [2 if planar else 1]), (317, "H", [predictor])]
    if tile:
        entries += [(322, "I", [tile]), (323, "I", [tile])]
    else:
        entries.append((278, "I", [rows_per_strip]))
    entries += list(extra)
    header = 16 if big else 8
    offsets, at = [], header
    for block in packed:
        offsets.append(at)
        at += len(block)
    entries += [(324 if tile else 273, wide, offsets), (325 if tile else 279, wide, [len(block) for block in packed])]
    entries.sort()
    kinds = {"B": 1, "H": 3, "I": 4, "Q": 16}
    slot = 8 if big else 4
    directory_at = at + at % 2
    after = directory_at + (8 if big else 2) + len(entries) * (20 if big else 12) + (8 if big else 4)
    directory, values = b"", b""
    for tag, kind, numbers in entries:
        raw = struct.pack(order + str(len(numbers)) + kind, *numbers)
        if len(raw) > slot:
            place = after + len(values)
            values += raw + b"\0" * (len(raw) % 2)
            raw = struct.pack(order + wide, place)
        directory += struct.pack(order + "HH" + wide, tag, kinds[kind], len(numbers)) + raw.ljust(slot, b"\0")
    mark = b"II" if order == "<" else b"MM"
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, directory_at) if big
                   else struct.pack(order + "HI", 42, directory_at))
    count = struct.pack(order + ("Q" if big else "H"), len(entries))
    end = struct.pack(order + wide, 0)
    return head + b"".join(packed) + b"\0" * (at % 2) + count + directory + end + values


def tiffs():
    for compression in ("raw", "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits"):
        short = compression.replace("tiff_", "").replace("_", "-")
        by_pillow(f"{short}.tiff", PICTURE, "TIFF", **({} if compression == "raw" else {"compression": compression}))
    by_pillow("lzw-grey.tiff", GREY_PICTURE, "TIFF", compression="tiff_lzw")
    by_pillow("lzw-palette.tiff", PALETTED, "TIFF", compression="tiff_lzw")
    by_pillow("lzw-alpha.tiff", RGBA_PICTURE, "TIFF", 1, compression="tiff_lzw")
    by_pillow("one-bit-packbits.tiff", Image.fromarray(BITS), "TIFF", compression="packbits")
    by_pillow("one-bit-group3.tiff", Image.fromarray(BITS), "TIFF", compression="group3")
    by_pillow("one-bit-group4.tiff", Image.fromarray(BITS), "TIFF", compression="group4")
    by_pillow("jpeg.tiff", PICTURE, "TIFF", 4, compression="jpeg", quality=95)
    by_pillow("jpeg-grey.tiff", GREY_PICTURE, "TIFF", 2, compression="jpeg", quality=95)
    cmyk = Image.fromarray(np.dstack([np.clip(235 - RGB.astype(int), 0, 255).astype(np.uint8),
                                      np.full((HEIGHT, WIDTH), 20, np.uint8)]), "CMYK")
    by_pillow("cmyk.tiff", cmyk, "TIFF", 4, compression="tiff_lzw")
    by_pillow("orientation-6.tiff", as_stored(PICTURE, 6), "TIFF", tiffinfo={274: 6})
    by_pillow("two-pages.tiff", PICTURE, "TIFF", save_all=True, append_images=[GREY_PICTURE])
    plain = dict(photometric=2)
    add("tiled.tiff", tiff(RGB, tile=16, **plain), RGB)
    add("tiled-planar-big-endian.tiff", tiff(RGB, tile=16, planar=True, order=">", **plain), RGB)
    add("planar.tiff", tiff(RGB, planar=True, **plain), RGB)
    add("predictor.tiff", tiff(RGB, predictor=2, **plain), RGB)
    add("bigtiff.tiff", tiff(RGB, big=True, **plain), RGB)
    add("bigtiff-big-endian.tiff", tiff(RGB, big=True, order=">", **plain), RGB)
    shown = np.round(DEEP / 257).astype(np.uint8)
    add("rgb-16.tiff", tiff(DEEP, bits=16, **plain), shown)
    add("rgb-16-big-endian-predictor.tiff", tiff(DEEP, bits=16, order=">", predictor=2, **plain), shown)
    add("grey-16.tiff", tiff(DEEP_GREY, 1, bits=16), np.round(DEEP_GREY / 257).astype(np.uint8))
    add("white-is-zero.tiff", tiff(255 - GREY, 0), GREY)
    add("white-is-zero-one-bit.tiff", tiff((~BITS).astype(np.uint8), 0, bits=1), BITS * 255)
    add("grey-four-bits.tiff", tiff(GREY >> 4, 1, bits=4), (GREY >> 4) * 17)
    colours = [(320, "H", [int(v) * 257 for v in np.vstack([PALETTE]).T.reshape(-1)])]
    add("palette-four-bits.tiff", tiff(INDICES, 3, bits=4, extra=colours), PALETTE[INDICES])
    add("unassociated-alpha.tiff", tiff(np.dstack([RGB, ALPHA]), extra=[(338, "H", [2])], **plain),
        over_white(RGBA_PICTURE), 1)
    multiplied = ((RGB.astype(int) * ALPHA[:, :, None] + 127) // 255).astype(np.uint8)
    add("associated-alpha.tiff", tiff(np.dstack([multiplied, ALPHA]), extra=[(338, "H", [1])], **plain),
        over_white(RGBA_PICTURE), 2)


def bmp(bits, rows, size, compression=0, palette=b"", masks=b"", height=HEIGHT):
    start = 14 + 40 + len(masks) + len(palette)
    head = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, size, 2835, 2835, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + head + masks + palette + rows


def bmps():
    by_pillow("rgb.bmp", PICTURE, "BMP")
    by_pillow("rgba.bmp", RGBA_PICTURE.convert("RGB").convert("RGBA"), "BMP")
    by_pillow("grey.bmp", GREY_PICTURE, "BMP")
    by_pillow("one-bit.bmp", Image.fromarray(BITS), "BMP")
    by_pillow("palette.bmp", PALETTED, "BMP")
    quads = np.hstack([PALETTE[:, ::-1], np.zeros((16, 1), np.uint8)]).tobytes()
    four = b""
    for row in INDICES[::-1]:
        padded = np.append(row, [0] * (32 - WIDTH))
        four += bytes(int(a) << 4 | int(b) for a, b in padded.reshape(-1, 2))
    add("four-bits.bmp", bmp(4, four, len(four), 0, quads), PALETTE[INDICES])
    rle8 = b"".join(b"".join(bytes([1, v]) for v in row) + b"\0\0" for row in INDICES[::-1]) + b"\0\1"
    add("rle8.bmp", bmp(8, rle8, len(rle8), 1, quads), PALETTE[INDICES])
    rle4 = b"".join(b"".join(bytes([1, v << 4]) for v in row) + b"\0\0" for row in INDICES[::-1]) + b"\0\1"
    add("rle4.bmp", bmp(4, rle4, len(rle4), 2, quads), PALETTE[INDICES])
    downwards = b"".join(row[:, ::-1].tobytes() + b"\0" * (-3 * WIDTH % 4) for row in RGB)
    add("top-down.bmp", bmp(24, downwards, len(downwards), height=-HEIGHT), RGB)
    wide = RGB.astype(np.uint16)
    packed = (wide[:, :, 0] >> 3) << 11 | (wide[:, :, 1] >> 2) << 5 | wide[:, :, 2] >> 3
    shown = np.dstack([np.round((wide[:, :, 0] >> 3) * 255 / 31), np.round((wide[:, :, 1] >> 2) * 255 / 63),
                       np.round((wide[:, :, 2] >> 3) * 255 / 31)])
    rows = b"".join(row.astype("<u2").tobytes() + b"\0" * (-2 * WIDTH % 4) for row in packed[::-1])
    add("masks-565.bmp", bmp(16, rows, len(rows), 3, masks=struct.pack("<III", 0xF800, 0x07E0, 0x001F)), shown, 1)


def gifs():
    by_pillow("plain.gif", PALETTED, "GIF")
    by_pillow("not-interlaced.gif", PALETTED, "GIF", interlace=0)
    by_pillow("transparent.gif", PALETTED, "GIF", transparency=int(INDICES[4, 4]))
    by_pillow("animated.gif", PALETTED, "GIF", save_all=True, append_images=[GREY_PICTURE.quantize(16)], duration=50)


def psd(samples, mode, depth=8, packed=False, layers=b""):
    planes = [samples[:, :, band] for band in range(samples.shape[2])]
    head = b"8BPS" + struct.pack(">HIHHIIHH", 1, 0, len(planes) >> 16, len(planes), HEIGHT, WIDTH, depth, mode)
    rows = [row for plane in planes for row in plane.astype(">u2" if depth == 16 else np.uint8)]
    if packed:
        lines = [b"".join(struct.pack("B", 0) + bytes([v]) for v in row.tobytes()) for row in rows]
        body = struct.pack(">H", 1) + b"".join(struct.pack(">H", len(line)) for line in lines) + b"".join(lines)
    else:
        body = struct.pack(">H", 0) + b"".join(row.tobytes() for row in rows)
    return head + struct.pack(">III", 0, 0, len(layers)) + layers + body


def psds():
    add("rgb.psd", psd(RGB, 3), RGB)
    add("rgb-packed.psd", psd(RGB, 3, packed=True), RGB)
    add("rgb-16.psd", psd(DEEP, 3, depth=16), np.round(DEEP / 257).astype(np.uint8), 1)
    add("grey.psd", psd(GREY[:, :, None], 1), GREY)
    inverted = np.dstack([np.clip(RGB.astype(int) + 20, 0, 255).astype(np.uint8), np.full((HEIGHT, WIDTH), 235, np.uint8)])
    data = psd(inverted, 4)
    add("cmyk.psd", data, as_pillow_sees(data), 4)


def icons():
    by_pillow("png-inside.ico", PICTURE.resize((32, 32)), "ICO", sizes=[(32, 32)])
    by_pillow("bmp-inside.ico", PICTURE.resize((32, 32)), "ICO", sizes=[(32, 32)], bitmap_format="bmp")
    data = saved(PICTURE.resize((32, 32)), "ICO", sizes=[(32, 32)], bitmap_format="bmp")
    add("pointer.cur", data[:2] + b"\2" + data[3:], as_pillow_sees(data))


def pnms():
    size = f"{WIDTH} {HEIGHT}\n"
    words = lambda values: "\n".join(" ".join(str(v) for v in row.reshape(-1)) for row in values) + "\n"
    add("plain-bits.pbm", ("P1\n# a comment\n" + size + words((~BITS).astype(int))).encode(), BITS * 255)
    add("plain-grey.pgm", ("P2\n" + size + "255\n" + words(GREY)).encode(), GREY)
    add("plain-rgb.ppm", ("P3\n" + size + "255\n" + words(RGB)).encode(), RGB)
    by_pillow("bits.pbm", Image.fromarray(BITS), "PPM")
    by_pillow("grey.pgm", GREY_PICTURE, "PPM")
    by_pillow("rgb.ppm", PICTURE, "PPM")
    shown = np.round(DEEP / 257).astype(np.uint8)
    add("rgb-16.ppm", f"P6\n{size}65535\n".encode() + DEEP.astype(">u2").tobytes(), shown)
    add("grey-16.pgm", f"P5\n{size}65535\n".encode() + DEEP_GREY.astype(">u2").tobytes(), shown[:, :, 1])
    add("few-shades.pgm", f"P5\n{size}15\n".encode() + (GREY >> 4).tobytes(), (GREY >> 4) * 17)
    head = f"P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH %d\nMAXVAL 255\nTUPLTYPE %s\nENDHDR\n"
    add("rgb.pam", (head % (3, "RGB")).encode() + RGB.tobytes(), RGB)
    add("grey.pam", (head % (1, "GRAYSCALE")).encode() + GREY.tobytes(), GREY)
    add("rgba.pam", (head % (4, "RGB_ALPHA")).encode() + np.dstack([RGB, ALPHA]).tobytes(), over_white(RGBA_PICTURE), 1)


def hdr():
    light = (RGB.astype(np.float32) / 255) ** 2.2
    packed = cv2.imencode(".hdr", light[:, :, ::-1])[1].tobytes()
    add("radiance.hdr", packed, RGB, 3)


def main():
    os.makedirs(os.path.join(HERE, "expected"), exist_ok=True)
    for make in (jpegs, pngs, webps, tiffs, bmps, gifs, psds, icons, pnms, hdr):
        make()
    with open(os.path.join(HERE, "expected.txt"), "w") as file:
        file.write("\n".join(LINES) + "\n")


if __name__ == "__main__":
    main()
