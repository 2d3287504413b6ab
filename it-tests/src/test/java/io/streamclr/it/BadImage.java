package io.streamclr.it;

import io.streamclr.schemas.record.RejectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/** The kinds of images that arrive and cannot be rendered, and what the job must say of each. */
enum BadImage {
    EMPTY(RejectReason.EMPTY),
    CUT_PNG(RejectReason.BROKEN),
    CUT_JPEG(RejectReason.BROKEN),
    ROTTEN_PNG(RejectReason.BROKEN),
    WEB_PAGE(RejectReason.NOT_AN_IMAGE),
    NOISE(RejectReason.NOT_AN_IMAGE),
    BOMB(RejectReason.TOO_LARGE),
    /** Not even one of our records. */
    FOREIGN(RejectReason.FOREIGN_RECORD);

    final RejectReason reason;

    BadImage(RejectReason reason) {
        this.reason = reason;
    }

    /** The encoded image, or, of a foreign record, the record; another one for every seed but that of no bytes. */
    byte[] bytes(long seed) throws IOException {
        byte[] png = Pictures.png(seed, 28);
        switch (this) {
            case EMPTY:
                return new byte[0];
            case CUT_PNG:
                return Arrays.copyOf(png, png.length / 2);
            case CUT_JPEG:
                byte[] jpeg = Pictures.encoded(seed, 28, "jpg");
                return Arrays.copyOf(jpeg, jpeg.length - 40);
            case ROTTEN_PNG:
                // After signature, header and the first words of the deflated pixels.
                Arrays.fill(png, 60, png.length - 20, (byte) seed);
                return png;
            case WEB_PAGE:
                return ("<html>404 " + seed + "</html>").getBytes(StandardCharsets.UTF_8);
            case NOISE:
                byte[] noise = new byte[500];
                new SplittableRandom(seed).nextBytes(noise);
                noise[0] = 0x11; // begins like no format
                return noise;
            case BOMB:
                return claiming(png, 50_000);
            default:
                return ("no envelope " + seed).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The same PNG with a header, and its checksum, that claims so many pixels a side. */
    private static byte[] claiming(byte[] png, int side) {
        ByteBuffer file = ByteBuffer.wrap(png.clone());
        file.putInt(16, side).putInt(20, side);
        CRC32 sum = new CRC32();
        sum.update(file.array(), 12, 17);
        return file.putInt(29, (int) sum.getValue()).array();
    }
}
