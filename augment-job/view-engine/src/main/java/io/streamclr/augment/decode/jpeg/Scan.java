package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import javax.imageio.IIOException;

/**
 * A scan header (T.81, B.2.3): which components a scan brings, and which bits of which coefficients.
 */
final class Scan {

    /** Places of its components in the frame. */
    final int[] places;

    final Component[] components;
    final int[] dcTables;
    final int[] acTables;
    final int from;
    final int to;

    /** Which bit an earlier scan ended with, plus 1; 0 for the first scan of these coefficients. */
    final int high;

    final int low;

    private Scan(int[] places, Frame frame, int[] dcTables, int[] acTables, byte[] file, int tail) {
        this.places = places;
        this.components = new Component[places.length];
        for (int i = 0; i < places.length; i++) {
            components[i] = frame.components()[places[i]];
        }
        this.dcTables = dcTables;
        this.acTables = acTables;
        this.from = file[tail] & 0xff;
        this.to = file[tail + 1] & 0xff;
        this.high = file[tail + 2] >> 4 & 0xf;
        this.low = file[tail + 2] & 0xf;
    }

    /** @param payload where the segment's content stands: between its length and its end */
    static Scan read(Frame frame, byte[] file, int payload, int end) throws IOException {
        int count = payload < end ? file[payload] & 0xff : 0;
        if (count < 1 || count > 4 || end - payload != 4 + 2 * count) {
            throw new IOException("a scan header has another length than its components need");
        }
        int[] places = new int[count];
        int[] dcTables = new int[count];
        int[] acTables = new int[count];
        boolean[] taken = new boolean[frame.components().length];
        for (int i = 0; i < count; i++) {
            int at = payload + 1 + 2 * i;
            places[i] = place(frame, file[at] & 0xff, taken);
            taken[places[i]] = true;
            dcTables[i] = file[at + 1] >> 4 & 0xf;
            acTables[i] = file[at + 1] & 0xf;
            if (dcTables[i] > 3 || acTables[i] > 3) {
                throw new IOException("a scan header names a table that there is not");
            }
        }
        Scan scan = new Scan(places, frame, dcTables, acTables, file, payload + 1 + 2 * count);
        scan.requirePossible(frame);
        return scan;
    }

    private static int place(Frame frame, int id, boolean[] taken) throws IOException {
        for (int place = 0; place < taken.length; place++) {
            if (frame.components()[place].id == id && !taken[place]) {
                return place;
            }
        }
        throw new IOException("a scan header names a component that the frame has not");
    }

    private void requirePossible(Frame frame) throws IOException {
        boolean possible;
        if (frame.lossless()) {
            if (from < 1 || from > 7) {
                throw new IIOException("lossless JPEG with predictor " + from + " is not supported");
            }
            possible = low < frame.precision();
        } else if (frame.progressive()) {
            possible = low <= 13
                    && (high == 0 || low == high - 1)
                    && (from == 0 ? to == 0 : from <= to && to < Component.BLOCK && components.length == 1);
        } else {
            possible = from == 0 && to == Component.BLOCK - 1 && high == 0 && low == 0;
        }
        if (!possible) {
            throw new IOException("a scan header asks for coefficients that there are not");
        }
    }

    boolean interleaved() {
        return components.length > 1;
    }
}
