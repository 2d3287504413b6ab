package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What markers say of the whole image, or of one tile. */
final class Parameters {

    private static final int MOST_PROGRESSIONS = 64;

    /** Bits of a coding style. */
    private static final int OWN_PRECINCTS = 1;

    private static final int MAYBE_STARTS = 2;
    private static final int MAYBE_ENDS = 4;

    private final Coding[] codings;
    private final boolean[] ownCoding;
    private final Quantisation[] quantisations;
    private final boolean[] ownQuantisation;
    private List<Progression> changes = new ArrayList<>();
    private int order;
    private int layers;
    private boolean mixed;
    private int style;

    Parameters(int components) {
        codings = new Coding[components];
        ownCoding = new boolean[components];
        quantisations = new Quantisation[components];
        ownQuantisation = new boolean[components];
    }

    /** A copy for a tile: what it says of all components wins over what the image says of one. */
    Parameters forTile() {
        Parameters copy = new Parameters(codings.length);
        System.arraycopy(codings, 0, copy.codings, 0, codings.length);
        System.arraycopy(quantisations, 0, copy.quantisations, 0, codings.length);
        copy.changes = new ArrayList<>(changes);
        copy.order = order;
        copy.layers = layers;
        copy.mixed = mixed;
        copy.style = style;
        return copy;
    }

    void readCoding(Bytes in) throws IOException {
        style = in.octet();
        order = in.octet();
        layers = in.word();
        mixed = in.octet() != 0;
        if (order > 4 || layers == 0) {
            throw Bytes.broken("has an order of packets that is none");
        }
        Coding coding = Coding.read(in, (style & OWN_PRECINCTS) != 0);
        for (int component = 0; component < codings.length; component++) {
            if (!ownCoding[component]) {
                codings[component] = coding;
            }
        }
    }

    void readComponentCoding(Bytes in) throws IOException {
        int component = component(in);
        codings[component] = Coding.read(in, (in.octet() & OWN_PRECINCTS) != 0);
        ownCoding[component] = true;
    }

    void readQuantisation(Bytes in) throws IOException {
        Quantisation quantisation = Quantisation.read(in);
        for (int component = 0; component < codings.length; component++) {
            if (!ownQuantisation[component]) {
                quantisations[component] = quantisation;
            }
        }
    }

    void readComponentQuantisation(Bytes in) throws IOException {
        int component = component(in);
        quantisations[component] = Quantisation.read(in);
        ownQuantisation[component] = true;
    }

    /** @param again whether changes that were read before, for the same tile, stay */
    void readChanges(Bytes in, boolean again) throws IOException {
        if (!again) {
            changes.clear();
        }
        while (in.left() >= 7) {
            int firstResolution = in.octet();
            int firstComponent = in.octet();
            int layersEnd = in.word();
            int resolutionsEnd = in.octet();
            int componentsEnd = in.octet();
            changes.add(new Progression(
                    in.octet(),
                    layersEnd,
                    firstResolution,
                    resolutionsEnd,
                    firstComponent,
                    componentsEnd == 0 ? 256 : componentsEnd));
            if (changes.size() > MOST_PROGRESSIONS) {
                throw Bytes.broken("changes the order of its packets more than " + MOST_PROGRESSIONS + " times");
            }
        }
    }

    private int component(Bytes in) throws IOException {
        int component = in.octet();
        if (component >= codings.length) {
            throw Bytes.broken("names a component that it has not");
        }
        return component;
    }

    void requireWhole() throws IOException {
        if (codings[0] == null || quantisations[0] == null) {
            throw Bytes.broken("does not say how it is coded");
        }
    }

    /** In which orders packets come, one after the other. */
    List<Progression> progressions() {
        return changes.isEmpty() ? List.of(new Progression(order, layers, 0, 33, 0, 256)) : changes;
    }

    Coding coding(int component) {
        return codings[component];
    }

    Quantisation quantisation(int component) {
        return quantisations[component];
    }

    int layers() {
        return layers;
    }

    /** Whether the first three components are turned into one brightness and two colours. */
    boolean mixed() {
        return mixed;
    }

    boolean packetsMayBeginWithMarker() {
        return (style & MAYBE_STARTS) != 0;
    }

    boolean headersMayEndWithMarker() {
        return (style & MAYBE_ENDS) != 0;
    }
}
