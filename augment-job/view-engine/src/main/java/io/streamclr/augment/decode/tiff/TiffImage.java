package io.streamclr.augment.decode.tiff;

import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.IIOException;

/** One TIFF image: goes through its rows once, or twice where the range of floating samples must be known first. */
final class TiffImage implements OpenedImage {

    private static final int MISSING = 42113;

    private final TiffDirectory directory;
    private final Layout layout;
    private final Channels channels;
    private final Parts parts;

    TiffImage(byte[] file, TiffDirectory directory, Layout layout) throws IOException {
        Photometric photometric = Photometric.of(directory);
        Subsampling sharing = photometric == Photometric.YCBCR ? Subsampling.of(directory) : Subsampling.NONE;
        requireReadable(directory, photometric, layout, sharing);
        this.directory = directory;
        this.layout = layout;
        this.channels = Channels.of(directory, photometric, layout.bands());
        this.parts = new Parts(file, directory, layout, channels, sharing);
    }

    private static void requireReadable(
            TiffDirectory directory, Photometric photometric, Layout layout, Subsampling sharing) throws IOException {
        boolean whole = layout.number().kind() == Layout.Number.Kind.UNSIGNED;
        switch (photometric) {
            case OTHER ->
                throw new IIOException("TIFF with the photometric interpretation "
                        + directory.number(Photometric.TAG, -1) + " is not supported");
            case PALETTE -> {
                if (!whole || layout.number().bits() > 16) {
                    throw new IIOException("TIFF with a palette and indices of this kind is not supported");
                }
            }
            case CMYK -> {
                if (directory.number(Photometric.INK_SET, 1) != 1 || directory.number(Photometric.INKS, 4) != 4) {
                    throw new IIOException("TIFF with inks other than CMYK is not supported without their profile");
                }
            }
            case YCBCR -> Ycbcr.requireReadable(layout, sharing);
            case CIE_LAB, ICC_LAB -> Lab.requireReadable(layout);
            default -> {
                // Colours of numbers of any kind.
            }
        }
    }

    @Override
    public int width() {
        return layout.width();
    }

    @Override
    public int height() {
        return layout.height();
    }

    /** Levels and RGB are kept; bands that nobody sees cost the time of being unpacked. */
    @Override
    public int bitsPerPixel() {
        int kept = 8 * (channels.kept() == 3 ? 3 : channels.kept() + 3);
        return layout.width() < 1 || layout.height() < 1
                ? kept
                : (int) Math.min(Integer.MAX_VALUE, Math.max(kept, layout.bitsRead()));
    }

    @Override
    public int orientation() {
        long value = directory.number(274, 1);
        return value >= 1 && value <= 8 ? (int) value : 1;
    }

    @Override
    public byte[] rgb() throws IOException {
        layout.requireModest();
        // The predictor for floating samples puts their highest byte first.
        Layout.Number number = layout.number();
        Samples samples = new Samples(number, layout.predictor() == 3 ? ByteOrder.BIG_ENDIAN : number.order());
        byte[] levels = new byte[Math.multiplyExact(channels.kept(), layout.width() * layout.height())];
        switch (channels.photometric()) {
            case PALETTE -> fillFromPalette(samples, levels);
            case CIE_LAB, ICC_LAB -> fillFromLab(samples, levels);
            default -> fill(samples, levels);
        }
        if (channels.photometric() == Photometric.YCBCR) {
            Ycbcr.of(directory).toRgb(levels);
        }
        return channels.rgb(levels, layout.width() * layout.height());
    }

    private void fill(Samples samples, byte[] levels) throws IOException {
        Levels colour;
        Levels opacity;
        if (layout.number().measured()) {
            Levels.Range range = rangeOf(samples);
            colour = Levels.between(samples, range.black(), range.white());
            opacity = Levels.between(samples, 0, layout.number().opaque());
        } else {
            colour = Levels.ofWhole(samples, layout.number());
            opacity = colour;
        }
        parts.eachRow((band, place, x, y, columns, row) -> {
            Levels of = band == channels.alpha() ? opacity : colour;
            int to = (y * layout.width() + x) * channels.kept() + channels.placeOf(band);
            for (int column = 0; column < columns; column++, to += channels.kept()) {
                levels[to] = of.of(samples.bits(row, column * layout.stride() + place));
            }
        });
    }

    private void fillFromPalette(Samples samples, byte[] levels) throws IOException {
        Palette palette = Palette.of(directory, layout.number().bits());
        Levels opacity = Levels.ofWhole(samples, layout.number());
        parts.eachRow((band, place, x, y, columns, row) -> {
            int to = (y * layout.width() + x) * channels.kept();
            for (int column = 0; column < columns; column++, to += channels.kept()) {
                long sample = samples.bits(row, column * layout.stride() + place);
                if (band == channels.alpha()) {
                    levels[to + channels.placeOf(band)] = opacity.of(sample);
                } else {
                    palette.copy(sample, levels, to);
                }
            }
        });
    }

    /** All three samples of a pixel lie together. */
    private void fillFromLab(Samples samples, byte[] levels) throws IOException {
        Lab lab = Lab.of(directory, channels.photometric(), layout.number().bits());
        Levels opacity = Levels.ofWhole(samples, layout.number());
        parts.eachRow((band, place, x, y, columns, row) -> {
            int to = (y * layout.width() + x) * channels.kept();
            for (int column = 0; column < columns; column++, to += channels.kept()) {
                int at = column * layout.stride();
                if (band == channels.alpha()) {
                    levels[to + channels.placeOf(band)] = opacity.of(samples.bits(row, at + place));
                } else if (band == 0) {
                    lab.copy(samples.bits(row, at), samples.bits(row, at + 1), samples.bits(row, at + 2), levels, to);
                }
            }
        });
    }

    private Levels.Range rangeOf(Samples samples) throws IOException {
        Levels.Range range = new Levels.Range(missing());
        parts.eachRow((band, place, x, y, columns, row) -> {
            for (int column = 0; band != channels.alpha() && column < columns; column++) {
                range.add(samples.number(samples.bits(row, column * layout.stride() + place)));
            }
        });
        return range;
    }

    /** As GDAL writes it down. */
    private double missing() {
        try {
            double value = Double.parseDouble(directory.text(MISSING));
            return layout.number().bits() == 32 ? (float) value : value;
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }
}
