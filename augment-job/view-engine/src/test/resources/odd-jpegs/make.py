#!/usr/bin/env python3
"""Writes the odd JPEG files beside this script, and what independent decoders see in them.

Needs Pillow with libjpeg-turbo 2.1, NumPy, cjpeg, jpegtran and DCMTK (Debian 12: python3-pil, python3-numpy,
libjpeg-turbo-progs, dcmtk). Run it where it lies; tests only read what it wrote. expected.txt names, for each file, the
picture it shows (a plain PNG in expected/) and what is to become of cut files for that: reject, the usual, or keep. The
pixels are Pillow's to the bit; those of 12 bits and of lossless files are DCMTK's, rounded to 8 bits.
"""
import io
import os
import struct
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageFile

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = []
PICTURES = {}
WIDTH, HEIGHT = 45, 35
QUARTER, HALF_DOWN, HALF_ACROSS, FULL = "2x2,1x1,1x1", "1x2,1x1,1x1", "2x1,1x1,1x1", "1x1,1x1,1x1"
COARSE = ["0,1,2: 0-0, 0, 1;", "0: 1-5, 0, 2;", "2: 1-63, 0, 1;", "1: 1-63, 0, 1;", "0: 6-63, 0, 2;", "0: 1-63, 2, 1;"]
MEANS = ["0,1,2: 0-0, 0, 0;"]
FEW = ["0,1,2: 0-0, 0, 1;", "0: 1-5, 0, 2;", "0,1,2: 0-0, 1, 0;"]


def scene(width=WIDTH, height=HEIGHT):
    random = np.random.RandomState(7)
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x / 6.0), np.cos(y / 5.0), np.sin((x + y) / 9.0)]
    rgb = np.stack([128 + 90 * wave + random.randint(-15, 16, (height, width)) for wave in waves], axis=2)
    rgb[2:9, 3:12] = (250, 20, 30)
    return np.clip(rgb, 0, 255).astype(np.uint8)


RGB = scene()


def run(*command, data=None):
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def cjpeg(sampling, *options, scans=None, quality=80, rgb=RGB):
    with tempfile.NamedTemporaryFile("w") as script:
        if scans:
            script.write("\n".join(scans))
            script.flush()
            options += ("-scans", script.name)
        ppm = io.BytesIO()
        Image.fromarray(rgb).save(ppm, "PPM")
        return run("cjpeg", "-quality", str(quality), "-sample", sampling, *options, data=ppm.getvalue())


def as_pillow_sees(data, cut=False):
    ImageFile.LOAD_TRUNCATED_IMAGES = cut
    return Image.open(io.BytesIO(data)).convert("RGB")


def add(name, data, shows=None, cut=False):
    """shows: what a decoder sees in it, if that is not what Pillow sees."""
    with open(os.path.join(HERE, name + ".jpg"), "wb") as file:
        file.write(data)
    picture = as_pillow_sees(data, cut) if shows is None else shows
    key = (picture.tobytes(), picture.size)
    if key not in PICTURES:
        PICTURES[key] = f"{name}.png"
        picture.save(os.path.join(HERE, "expected", PICTURES[key]), optimize=True)
    LINES.append(f"{name}.jpg {PICTURES[key]} {'keep' if cut else 'reject'}")


def place(data, marker, after=0):
    return data.index(bytes([0xFF, marker]), after)


def samplings():
    for name, sampling in {"440": HALF_DOWN, "quarter-down": "1x4,1x1,1x1", "eighth-down": "2x4,1x1,1x1",
                           "one-colour-each-way": "2x2,2x1,1x2", "440-in-twos": "2x2,2x1,2x1"}.items():
        add(name, cjpeg(sampling))
    add("440-progressive", cjpeg(HALF_DOWN, "-progressive"))
    add("440-restarts", cjpeg(HALF_DOWN, "-restart", "2B"))
    add("440-narrow", cjpeg(HALF_DOWN, rgb=scene(2, 35)))
    add("440-pixel", cjpeg(HALF_DOWN, rgb=scene(1, 1)))
    add("422-turned", run("jpegtran", "-rotate", "90", data=cjpeg(HALF_ACROSS, rgb=scene(48, 32))))


def codings():
    add("arithmetic", cjpeg(QUARTER, "-arithmetic"))
    add("arithmetic-grey", cjpeg("1x1", "-arithmetic", "-grayscale"))
    add("arithmetic-progressive", cjpeg(QUARTER, "-arithmetic", "-progressive"))
    add("arithmetic-restarts", cjpeg(HALF_DOWN, "-arithmetic", "-restart", "2B"))
    add("arithmetic-scans", cjpeg(FULL, "-arithmetic", scans=["0;", "1;", "2;"]))
    add("arithmetic-coarse", cjpeg(QUARTER, "-arithmetic", scans=COARSE))
    for name, scans in {"coarse": COARSE, "means": MEANS, "few-details": FEW}.items():
        add(name, cjpeg(QUARTER, scans=scans))
        add(name + "-444", cjpeg(FULL, scans=scans))
        add(name + "-two-blocks", cjpeg(FULL, scans=scans, rgb=scene(16, 24)))
        add(name + "-one-block", cjpeg(FULL, scans=scans, rgb=scene(8, 8)))
    plain = cjpeg(HALF_ACROSS)
    tables, frame = place(plain, 0xC4), place(plain, 0xC0)
    assert frame < tables
    add("without-huffman-tables", plain[:tables] + plain[place(plain, 0xDA):])


def ends():
    plain, progressive = cjpeg(QUARTER), cjpeg(QUARTER, "-progressive")
    trailer = b"\0\0\1\x08\x0b\0\0\0Motion_Panorama_Info" + bytes(range(200))
    seen, seen_progressive = as_pillow_sees(plain), as_pillow_sees(progressive)
    add("without-end", plain[:-2], seen)
    add("without-end-progressive", progressive[:-2], seen_progressive)
    add("without-end-restarts", cjpeg(QUARTER, "-restart", "1B")[:-2], as_pillow_sees(cjpeg(QUARTER, "-restart", "1B")))
    add("trailer", plain[:-2] + trailer, seen)
    add("trailer-progressive", progressive[:-2] + trailer, seen_progressive)
    add("trailer-behind-end", plain + trailer, seen)
    tables = place(plain, 0xDB)
    add("junk-between-segments", plain[:tables] + b"abc" + plain[tables:], seen)
    add("padding-between-segments", plain[:tables] + b"\xff\xff\xff" + plain[tables:], seen)
    add("lone-markers-between-segments", plain[:tables] + b"\xff\x01\xff\xd3" + plain[tables:], seen)
    for name, junk in {"line-break": b"\r\n", "byte-order-mark": b"\xef\xbb\xbf", "length": struct.pack("<I", 900)}.items():
        add(name + "-before", junk + plain, seen)


def colours():
    plain = cjpeg(FULL, quality=90)
    bare = plain[:2] + plain[20:]
    jfif = plain[2:20]

    def marked(transform, data=bare):
        return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + data[2:]

    def with_ids(ids, data):
        data = bytearray(data)
        frame, scan = place(data, 0xC0), place(data, 0xDA)
        for i, name in enumerate(ids):
            data[frame + 10 + 3 * i] = data[scan + 5 + 2 * i] = name
        return bytes(data)

    add("jfif-and-adobe-0", plain[:20] + marked(0, plain)[2:18] + plain[20:])
    add("jfif-and-adobe-1", plain[:20] + marked(1, plain)[2:18] + plain[20:])
    add("adobe-0-and-jfif", marked(0)[:18] + jfif + plain[20:])
    add("adobe-0", marked(0))
    add("adobe-2", marked(2))
    add("ids-rgb", with_ids(b"RGB", bare))
    add("ids-rgb-and-jfif", with_ids(b"RGB", plain))
    add("ids-rgb-and-adobe-1", with_ids(b"RGB", marked(1)))
    add("ids-from-0", with_ids(b"\0\1\2", bare))
    add("ids-alike", with_ids(b"\1\1\1", plain))
    add("ids-yuv", with_ids(b"YUV", bare))
    ink = Image.fromarray(np.dstack([255 - RGB, RGB[:, :, 1] // 3]), "CMYK")
    out = io.BytesIO()
    ink.save(out, "JPEG", quality=90, subsampling=0)
    inks = out.getvalue()
    adobe = place(inks, 0xEE)
    without = inks[:adobe] + inks[adobe + 16:]
    add("cmyk-without-adobe", without)
    add("cmyk-without-adobe-jfif", without[:2] + jfif + without[2:])
    add("cmyk-adobe-1", inks[:adobe + 15] + b"\1" + inks[adobe + 16:])


def element(group, number, kind, value):
    value += b"\0" * (len(value) % 2)
    head = struct.pack("<HH", group, number) + kind.encode()
    return head + (struct.pack("<HI", 0, len(value)) if kind in ("OB", "OW") else struct.pack("<H", len(value))) + value


def through_dcmtk(samples, bits, *options):
    """A picture as a JPEG file by DCMTK, and the samples that DCMTK's own decoder makes of it."""
    short = lambda value: struct.pack("<H", value)
    colour = samples.ndim == 3
    meta = element(2, 2, "UI", b"1.2.840.10008.5.1.4.1.1.7") + element(2, 3, "UI", b"1.2.3.4")
    meta += element(2, 0x10, "UI", b"1.2.840.10008.1.2.1")
    body = element(8, 0x16, "UI", b"1.2.840.10008.5.1.4.1.1.7") + element(8, 0x18, "UI", b"1.2.3.4")
    body += element(0x28, 2, "US", short(3 if colour else 1))
    body += element(0x28, 4, "CS", b"RGB" if colour else b"MONOCHROME2")
    body += element(0x28, 6, "US", short(0)) if colour else b""
    body += element(0x28, 0x10, "US", short(samples.shape[0])) + element(0x28, 0x11, "US", short(samples.shape[1]))
    body += element(0x28, 0x100, "US", short(8 if bits == 8 else 16)) + element(0x28, 0x101, "US", short(bits))
    body += element(0x28, 0x102, "US", short(bits - 1)) + element(0x28, 0x103, "US", short(0))
    kind, form = ("OB", "u1") if bits == 8 else ("OW", "<u2")
    body += element(0x7FE0, 0x10, kind, samples.astype(form).tobytes())
    with tempfile.TemporaryDirectory() as folder:
        plain, packed, again = (os.path.join(folder, name) for name in ("plain", "packed", "again"))
        with open(plain, "wb") as file:
            file.write(b"\0" * 128 + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta + body)
        run("dcmcjpeg", *options, plain, packed)
        run("dcmdjpeg", packed, again)
        data = open(packed, "rb").read()
        seen = open(again, "rb").read()
    start = data.index(b"\xff\xd8\xff")
    jpeg = data[start:data.rindex(b"\xff\xd9") + 2]
    pixels = seen.rindex(b"\xe0\x7f\x10\x00") + 12
    values = np.frombuffer(seen[pixels:], form)[:samples.size].reshape(samples.shape)
    most = (1 << bits) - 1
    return jpeg, Image.fromarray(((values.astype(np.int64) * 255 + most // 2) // most).astype(np.uint8)).convert("RGB")


def deep():
    grey = {bits: RGB[:, :, 1].astype(np.int64) * ((1 << bits) - 1) // 255 for bits in (8, 12, 16)}
    add("12-bits", *through_dcmtk(grey[12], 12, "+ee", "+q", "90"))
    add("12-bits-progressive", *through_dcmtk(grey[12], 12, "+ep", "+q", "90"))
    add("12-bits-colours", *through_dcmtk(RGB.astype(np.int64) * 16 + 7, 12, "+ee", "+q", "90"))
    for predictor in range(1, 8):
        add(f"lossless-{predictor}", *through_dcmtk(grey[8], 8, "+el", "+sv", str(predictor)))
    add("lossless-rgb", *through_dcmtk(RGB, 8, "+e1"))
    add("lossless-16-bits", *through_dcmtk(grey[16], 16, "+el", "+sv", "6"))
    add("lossless-shifted", *through_dcmtk(grey[8], 8, "+el", "+pt", "2"))


def cuts():
    files = {"420": cjpeg(QUARTER), "444": cjpeg(FULL, quality=95), "440": cjpeg(HALF_DOWN), "optimised": cjpeg(QUARTER, "-optimize"),
             "restarts": cjpeg(QUARTER, "-restart", "1"), "progressive": cjpeg(QUARTER, "-progressive"),
             "progressive-440": cjpeg(HALF_DOWN, "-progressive", "-restart", "3B"),
             "scans": cjpeg(FULL, scans=["0;", "1;", "2;"])}
    for name, data in files.items():
        start = place(data, 0xDA) + 14
        for percent in (10, 50, 90):
            at = start + (len(data) - start) * percent // 100
            # Within a segment of tables libjpeg waits for the rest of it, and has no picture at all.
            while not as_pillow_sees(data[:at], cut=True).getbbox():
                at += 5
            add(f"cut-{name}-{percent}", data[:at], cut=True)


def main():
    for make in (samplings, codings, ends, colours, deep, cuts):
        make()
    with open(os.path.join(HERE, "expected.txt"), "w") as file:
        file.write("\n".join(LINES) + "\n")


if __name__ == "__main__":
    main()
