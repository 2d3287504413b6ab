package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** Which bits of which coefficients the scans have brought so far. */
final class Progress {

    /** Nothing is known of a coefficient. */
    static final int UNKNOWN = -1;

    private static final int SMOOTHED = 10;

    private final boolean progressive;

    /** For each component and coefficient in zigzag order, how many low bits are missing. */
    private final int[][] missing;

    /** The same before the last scan of the component. */
    private final int[][] missingBefore;

    private int scans;

    /** The last row of groups of blocks that the last scan has brought data for. */
    private int lastRow;

    Progress(Frame frame) {
        this.progressive = frame.progressive();
        this.missing = new int[frame.components().length][Component.BLOCK];
        this.missingBefore = new int[missing.length][Component.BLOCK];
        for (int[] ofComponent : missing) {
            Arrays.fill(ofComponent, UNKNOWN);
        }
    }

    /** Notes that a scan begins, which must go on where earlier ones ended: so each bit comes once, and scans have an end. */
    void begin(Scan scan) throws IOException {
        scans++;
        for (int place : scan.places) {
            int[] bits = missing[place];
            for (int k = 0; k < SMOOTHED; k++) {
                missingBefore[place][k] = scans > 1 ? bits[k] : 0;
            }
            if (progressive && scan.from > 0 && bits[0] == UNKNOWN) {
                throw new IOException("Inconsistent progression: details come before the first coefficient");
            }
            // Of a sequential file a scan brings all, and of a lossless one its parameters mean something else.
            int from = progressive ? scan.from : 0;
            int to = progressive ? scan.to : Component.BLOCK - 1;
            for (int k = from; k <= to; k++) {
                if (bits[k] != (progressive && scan.high > 0 ? scan.high : UNKNOWN)) {
                    throw new IOException(
                            "Inconsistent progression: a scan does not go on where those before it ended");
                }
                bits[k] = progressive ? scan.low : 0;
            }
        }
    }

    void endedIn(int row) {
        lastRow = row;
    }

    /** Whether no bit of the image is missing. */
    boolean complete() {
        return Arrays.stream(missing).flatMapToInt(Arrays::stream).allMatch(bits -> bits == 0);
    }

    /** Whether any first coefficients are known of every component. */
    boolean hasBegun() {
        return Arrays.stream(missing).allMatch(bits -> bits[0] != UNKNOWN);
    }

    /** Whether the blocks want smoothing: a coefficient that it can guess is not known to its last bit. */
    boolean wantsSmoothing() {
        return progressive
                && hasBegun()
                && Arrays.stream(missing)
                        .flatMapToInt(bits -> Arrays.stream(bits, 1, SMOOTHED))
                        .anyMatch(bits -> bits != 0);
    }

    /** How many bits are missing of a component's coefficients in a row of groups of blocks. */
    int[] missing(int component, int row) {
        if (row <= lastRow) {
            return missing[component];
        }
        if (scans > 1) {
            return missingBefore[component];
        }
        int[] nothing = new int[Component.BLOCK];
        Arrays.fill(nothing, UNKNOWN);
        return nothing;
    }
}
