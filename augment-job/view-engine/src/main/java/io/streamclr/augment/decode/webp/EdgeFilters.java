package io.streamclr.augment.decode.webp;

/**
 * The three ways to smooth an edge (RFC 6386, sections 15.2 and 15.3). In each, {@code across} leads from one sample to
 * the next on the other side, {@code along} from one place of the edge to the next, and {@code most} bounds what
 * samples at the edge may differ.
 */
final class EdgeFilters {

    private EdgeFilters() {}

    /** Changes one sample on each side. */
    static void simple(byte[] s, int at, int across, int along, int size, int most) {
        for (int i = 0; i < size; i++, at += along) {
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) <= most) {
                shift(s, at, across, p0, q0, clamp(p1 - q1));
            }
        }
    }

    /** The edge of a macroblock: changes up to three samples on each side. */
    static void outer(byte[] s, int at, int across, int along, int size, int most, int interior, int variance) {
        for (int i = 0; i < size; i++, at += along) {
            int p2 = s[at - 3 * across] & 0xff;
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            int q2 = s[at + 2 * across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > most
                    || Math.abs((s[at - 4 * across] & 0xff) - p2) > interior
                    || Math.abs(p2 - p1) > interior
                    || Math.abs(p1 - p0) > interior
                    || Math.abs((s[at + 3 * across] & 0xff) - q2) > interior
                    || Math.abs(q2 - q1) > interior
                    || Math.abs(q1 - q0) > interior) {
                continue;
            }
            if (Math.abs(p1 - p0) > variance || Math.abs(q1 - q0) > variance) {
                shift(s, at, across, p0, q0, clamp(p1 - q1));
            } else {
                int step = clamp(3 * (q0 - p0) + clamp(p1 - q1));
                int far = (9 * step + 63) >> 7;
                int middle = (18 * step + 63) >> 7;
                int near = (27 * step + 63) >> 7;
                s[at - 3 * across] = sample(p2 + far);
                s[at - 2 * across] = sample(p1 + middle);
                s[at - across] = sample(p0 + near);
                s[at] = sample(q0 - near);
                s[at + across] = sample(q1 - middle);
                s[at + 2 * across] = sample(q2 - far);
            }
        }
    }

    /** An edge inside a macroblock: changes up to two samples on each side. */
    static void inner(byte[] s, int at, int across, int along, int size, int most, int interior, int variance) {
        for (int i = 0; i < size; i++, at += along) {
            int p2 = s[at - 3 * across] & 0xff;
            int p1 = s[at - 2 * across] & 0xff;
            int p0 = s[at - across] & 0xff;
            int q0 = s[at] & 0xff;
            int q1 = s[at + across] & 0xff;
            int q2 = s[at + 2 * across] & 0xff;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > most
                    || Math.abs((s[at - 4 * across] & 0xff) - p2) > interior
                    || Math.abs(p2 - p1) > interior
                    || Math.abs(p1 - p0) > interior
                    || Math.abs((s[at + 3 * across] & 0xff) - q2) > interior
                    || Math.abs(q2 - q1) > interior
                    || Math.abs(q1 - q0) > interior) {
                continue;
            }
            if (Math.abs(p1 - p0) > variance || Math.abs(q1 - q0) > variance) {
                shift(s, at, across, p0, q0, clamp(p1 - q1));
            } else {
                int near = shift(s, at, across, p0, q0, 0);
                int far = (near + 1) >> 1;
                s[at - 2 * across] = sample(p1 + far);
                s[at + across] = sample(q1 - far);
            }
        }
    }

    /** Moves the two samples at the edge towards each other; gives by how much the second one was. */
    private static int shift(byte[] s, int at, int across, int p0, int q0, int tilt) {
        int step = 3 * (q0 - p0) + tilt;
        int second = clamp(step + 4) >> 3;
        s[at - across] = sample(p0 + (clamp(step + 3) >> 3));
        s[at] = sample(q0 - second);
        return second;
    }

    private static int clamp(int value) {
        return Math.max(-128, Math.min(127, value));
    }

    private static byte sample(int value) {
        return (byte) ((value & ~0xff) == 0 ? value : value < 0 ? 0 : 255);
    }
}
