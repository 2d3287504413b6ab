package io.streamclr.augment.decode.jpeg2000;

import io.streamclr.augment.decode.format.Jfif;
import io.streamclr.augment.decode.format.White;
import java.io.IOException;

/** Makes colours of components: palettes, brightness and colours, ink, what is transparent. */
final class Channels {

    private final Size size;
    private final Container container;
    private final byte[][] planes;

    Channels(Size size, Container container, byte[][] planes) {
        this.size = size;
        this.container = container;
        this.planes = planes;
    }

    /** Packed RGB, over white. */
    byte[] rgb() throws IOException {
        Container.Channel[] channels = container.channels(size);
        int alpha = container.alpha(channels.length);
        int[] colours = container.colours(channels.length, alpha);
        int width = size.width();
        int height = size.height();
        byte[] rgb = new byte[3 * width * height];
        int[][] columns = new int[channels.length][width];
        for (int channel = 0; channel < channels.length; channel++) {
            for (int x = 0; x < width; x++) {
                columns[channel][x] = size.column(channels[channel].component(), x);
            }
        }
        int[] values = new int[channels.length];
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < channels.length; channel++) {
                    values[channel] = value(channels[channel], columns[channel][x], y);
                }
                int opacity = alpha < 0 ? 255 : values[alpha];
                put(rgb, to, values, colours, opacity);
                to += 3;
            }
        }
        return rgb;
    }

    private int value(Container.Channel channel, int column, int y) throws IOException {
        int component = channel.component();
        int stored = planes[component][size.row(component, y) * size.columns(component) + column] & 0xff;
        if (channel.palette() != null) {
            if (stored >= channel.palette().length) {
                throw Bytes.broken("has a colour that is not in its palette");
            }
            return channel.palette()[stored] & 0xff;
        }
        int bits = size.components().get(component).bits();
        return bits >= 8 ? stored : (stored * 255 + ((1 << bits) - 1) / 2) / ((1 << bits) - 1);
    }

    private void put(byte[] rgb, int to, int[] values, int[] colours, int opacity) {
        int first = values[colours[0]];
        if (colours.length == 1) {
            byte grey = overWhite(first, opacity);
            rgb[to] = grey;
            rgb[to + 1] = grey;
            rgb[to + 2] = grey;
            return;
        }
        int second = values[colours[1]];
        int third = values[colours[2]];
        if (colours.length == 4) {
            int paper = 255 - values[colours[3]];
            first = ((255 - first) * paper + 127) / 255;
            second = ((255 - second) * paper + 127) / 255;
            third = ((255 - third) * paper + 127) / 255;
        } else if (container.luminance()) {
            int brightness = first;
            int blueness = second - 128;
            int redness = third - 128;
            first = Jfif.red(brightness, redness, 255);
            second = Jfif.green(brightness, blueness, redness, 255);
            third = Jfif.blue(brightness, blueness, 255);
        }
        rgb[to] = overWhite(first, opacity);
        rgb[to + 1] = overWhite(second, opacity);
        rgb[to + 2] = overWhite(third, opacity);
    }

    private byte overWhite(int value, int opacity) {
        return (byte) (container.multiplied() ? White.underMultiplied(value, opacity) : White.under(value, opacity));
    }
}
