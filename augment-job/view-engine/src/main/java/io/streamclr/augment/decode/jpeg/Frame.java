package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOException;

/**
 * The frame header (T.81, B.2.2): how the image is coded, its sides and its components.
 *
 * @param marker which start of frame it is
 * @param precision bits of a sample
 */
record Frame(int marker, int precision, int width, int height, Component[] components) {

    /** @param payload where the segment's content stands: between its length and its end */
    static Frame read(int marker, byte[] file, int payload, int end) throws IOException {
        requireKnown(marker);
        if (end - payload < 6 || end - payload != 6 + 3 * (file[payload + 5] & 0xff)) {
            throw new IOException("the frame header has another length than its components need");
        }
        int precision = file[payload] & 0xff;
        int height = (file[payload + 1] & 0xff) << 8 | (file[payload + 2] & 0xff);
        int width = (file[payload + 3] & 0xff) << 8 | (file[payload + 4] & 0xff);
        Component[] components = new Component[file[payload + 5] & 0xff];
        for (int i = 0; i < components.length; i++) {
            int at = payload + 6 + 3 * i;
            components[i] =
                    new Component(file[at] & 0xff, file[at + 1] >> 4 & 0xf, file[at + 1] & 0xf, file[at + 2] & 0xff);
        }
        Frame frame = new Frame(marker, precision, width, height, components);
        frame.requireReadable();
        int mostAcross = frame.mostAcross();
        int mostDown = frame.mostDown();
        for (Component component : components) {
            component.layOut(width, height, mostAcross, mostDown);
        }
        return frame;
    }

    private static void requireKnown(int marker) throws IIOException {
        switch (marker) {
            case 0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA -> {}
            case 0xCB -> throw new IIOException("lossless JPEG with arithmetic coding is not supported");
            default -> throw new IIOException("hierarchical JPEG is not supported");
        }
    }

    private void requireReadable() throws IOException {
        boolean readable = lossless() ? precision >= 2 && precision <= 16 : precision == 8 || precision == 12;
        if (!readable) {
            throw new IIOException("JPEG of " + precision + " bits is not supported");
        }
        if (components.length != 1 && components.length != 3 && components.length != 4) {
            throw new IIOException("JPEG of " + components.length + " components is not supported");
        }
        for (Component component : components) {
            if (component.across < 1 || component.across > 4 || component.down < 1 || component.down > 4) {
                throw new IOException("the frame header names samplings that there are not");
            }
        }
        for (Component component : components) {
            if (mostAcross() % component.across != 0 || mostDown() % component.down != 0) {
                throw new IIOException("JPEG with samplings that are no whole parts of each other is not supported");
            }
            if (lossless() && components.length > 1 && (component.across > 1 || component.down > 1)) {
                throw new IIOException("lossless JPEG with colours of another resolution is not supported");
            }
        }
    }

    int mostAcross() {
        return Arrays.stream(components)
                .mapToInt(component -> component.across)
                .max()
                .orElse(1);
    }

    int mostDown() {
        return Arrays.stream(components)
                .mapToInt(component -> component.down)
                .max()
                .orElse(1);
    }

    boolean progressive() {
        return marker == 0xC2 || marker == 0xCA;
    }

    boolean arithmetic() {
        return marker >= 0xC9;
    }

    boolean lossless() {
        return marker == 0xC3;
    }

    /** Rows of groups of blocks. */
    int groupRows() {
        return components[0].storedDown / components[0].down;
    }

    /** How many values there are to keep of a component: coefficients, or samples. */
    long stored(Component component) {
        return lossless()
                ? (long) width * height
                : (long) Component.BLOCK * component.storedAcross * component.storedDown;
    }

    /** The same of all components. */
    long stored() {
        return Arrays.stream(components).mapToLong(this::stored).sum();
    }
}
