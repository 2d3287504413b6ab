package io.streamclr.augment.decode.heif;

import io.streamclr.augment.decode.child.Question;
import java.io.DataInputStream;
import java.io.IOException;

/** What {@link HeifLibrary} is asked for, and how its answer becomes pixels. */
record CodedPicture(Picture picture) {

    Question question() {
        return Question.of(picture.width(), picture.height(), picture.chroma(), picture.usual() ? 1 : 0);
    }

    /** Packed RGB, over white, before it is turned. */
    byte[] read(DataInputStream answer) throws IOException {
        boolean multiplied = answer.readBoolean();
        Planes.Plane brightness = plane(answer);
        if (brightness == null || brightness.width() != picture.width() || brightness.height() != picture.height()) {
            throw new IOException("libheif answers with another picture");
        }
        return new Planes(brightness, plane(answer), plane(answer), plane(answer), !picture.usual()).rgb(multiplied);
    }

    /** A plane of samples; null if there is none. */
    private Planes.Plane plane(DataInputStream answer) throws IOException {
        if (!answer.readBoolean()) {
            return null;
        }
        int width = answer.readInt();
        int height = answer.readInt();
        int bits = answer.readInt();
        boolean fits = width >= 1
                && height >= 1
                && (long) width * height <= Math.max(picture.coded(), (long) picture.width() * picture.height());
        if (!fits || bits < 8 || bits > 16) {
            throw new IOException(
                    "libheif answers with a plane of " + width + " x " + height + " samples of " + bits + " bits");
        }
        short[] samples = new short[Math.multiplyExact(width, height)];
        byte[] row = new byte[bits > 8 ? 2 * width : width];
        for (int y = 0, to = 0; y < height; y++) {
            answer.readFully(row);
            for (int at = 0; at < row.length; to++) {
                int low = row[at++] & 0xff;
                samples[to] = (short) (bits > 8 ? low | row[at++] << 8 : low);
            }
        }
        return new Planes.Plane(width, height, bits, samples);
    }
}
