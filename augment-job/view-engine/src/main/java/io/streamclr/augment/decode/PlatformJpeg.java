package io.streamclr.augment.decode;

import java.awt.Rectangle;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * The JDK's own JPEG reader. It makes the pixels that TwelveMonkeys' makes with its help, in half of the time: nothing
 * parses metadata, rows below the wanted part are not decoded, and every row is copied once, to where it stays.
 */
final class PlatformJpeg implements PlainJpeg {

    private final DecodeLimits limits;
    private final Readers readers;

    PlatformJpeg(DecodeLimits limits, Readers readers) {
        this.limits = limits;
        this.readers = readers;
    }

    @Override
    public Decoding decode(JpegSegments file, DecodeRegion wanted) {
        ImageReader reader = readers.platformJpeg();
        boolean healthy = false;
        try (MeteredStream content = new MeteredStream(file.bare())) {
            JpegDamage damage = JpegDamage.heardFrom(reader);
            reader.setInput(content, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            Optional<Decoding.Rejected> refused = limits.refuse(width, height);
            if (refused.isPresent()) {
                healthy = true;
                return refused.get();
            }
            Upright upright = new Upright(file.orientation(), width, height);
            Region region = wanted.of(upright.width(), upright.height());
            byte[] rgb = read(reader, upright.stored(region));
            damage.requireNone();
            healthy = true;
            return new Decoding.Decoded(
                    new Pixels(upright.width(), upright.height(), 1, region, upright.turn(region, rgb)));
        } catch (IOException | RuntimeException | OutOfMemoryError bad) {
            return Decoding.Rejected.because(bad);
        } finally {
            readers.giveBack(reader, healthy);
        }
    }

    private static byte[] read(ImageReader reader, Region stored) throws IOException {
        byte[] rgb = new byte[3 * stored.width() * stored.height()];
        ImageReadParam param = reader.getDefaultReadParam();
        param.setSourceRegion(new Rectangle(stored.x(), stored.y(), stored.width(), stored.height()));
        param.setDestination(PackedRgb.over(rgb, stored.width(), stored.height()));
        reader.read(0, param);
        return rgb;
    }
}
