package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An order in which packets come (B.12). Positions are compared where the standard counts them, so that what a file says of
 * precincts costs no more time than there are precincts.
 *
 * @param order 0 LRCP, 1 RLCP, 2 RPCL, 3 PCRL, 4 CPRL
 * @param layersEnd exclusive
 * @param resolutionsEnd exclusive
 * @param componentsEnd exclusive
 */
record Progression(
        int order, int layersEnd, int firstResolution, int resolutionsEnd, int firstComponent, int componentsEnd) {

    private static final Comparator<Precinct> BY_PLACE =
            Comparator.comparingLong((Precinct precinct) -> precinct.y).thenComparingLong(precinct -> precinct.x);
    private static final Comparator<Precinct> BY_COMPONENT = Comparator.comparingInt(precinct -> precinct.component);
    private static final Comparator<Precinct> BY_RESOLUTION = Comparator.comparingInt(precinct -> precinct.resolution);
    private static final Comparator<Precinct> BY_NUMBER = Comparator.comparingInt(precinct -> precinct.number);

    /** Takes one packet after the other. */
    interface Taker {
        void take(Precinct precinct, int layer) throws IOException;
    }

    /**
     * Goes through the packets.
     *
     * @param all precincts of the tile
     * @param layers that the tile has
     */
    void visit(List<Precinct> all, int layers, Taker taker) throws IOException {
        List<Precinct> chosen = new ArrayList<>();
        for (Precinct precinct : all) {
            if (precinct.component >= firstComponent
                    && precinct.component < componentsEnd
                    && precinct.resolution >= firstResolution
                    && precinct.resolution < resolutionsEnd) {
                chosen.add(precinct);
            }
        }
        chosen.sort(comparator());
        int end = Math.min(layers, layersEnd);
        if (order == 0) {
            visitByLayer(chosen, end, taker);
        } else if (order == 1) {
            for (int from = 0; from < chosen.size(); ) {
                int to = from;
                while (to < chosen.size() && chosen.get(to).resolution == chosen.get(from).resolution) {
                    to++;
                }
                visitByLayer(chosen.subList(from, to), end, taker);
                from = to;
            }
        } else {
            for (Precinct precinct : chosen) {
                while (precinct.nextLayer < end) {
                    taker.take(precinct, precinct.nextLayer++);
                }
            }
        }
    }

    private static void visitByLayer(List<Precinct> precincts, int end, Taker taker) throws IOException {
        int first = precincts.stream()
                .mapToInt(precinct -> precinct.nextLayer)
                .min()
                .orElse(end);
        for (int layer = first; layer < end; layer++) {
            for (Precinct precinct : precincts) {
                if (precinct.nextLayer == layer) {
                    taker.take(precinct, precinct.nextLayer++);
                }
            }
        }
    }

    private Comparator<Precinct> comparator() throws IOException {
        return switch (order) {
            case 0, 1 -> BY_RESOLUTION.thenComparing(BY_COMPONENT).thenComparing(BY_NUMBER);
            case 2 ->
                BY_RESOLUTION
                        .thenComparing(BY_PLACE)
                        .thenComparing(BY_COMPONENT)
                        .thenComparing(BY_NUMBER);
            case 3 ->
                BY_PLACE.thenComparing(BY_COMPONENT)
                        .thenComparing(BY_RESOLUTION)
                        .thenComparing(BY_NUMBER);
            case 4 ->
                BY_COMPONENT
                        .thenComparing(BY_PLACE)
                        .thenComparing(BY_RESOLUTION)
                        .thenComparing(BY_NUMBER);
            default -> throw Bytes.broken("has an order of packets that is none");
        };
    }
}
