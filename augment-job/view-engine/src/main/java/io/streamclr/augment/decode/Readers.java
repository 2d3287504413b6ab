package io.streamclr.augment.decode;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.bmp.CURImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.bmp.ICOImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.hdr.HDRImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.psd.PSDImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;
import javax.imageio.stream.ImageInputStream;

/**
 * The image readers of one thread: TwelveMonkeys' first, the JDK's for what those do not read. They are made from
 * provider objects in a registry of their own: ImageIO's finds providers by class loader, and in a Flink cluster it does
 * not see those of a job.
 */
final class Readers {

    private static final Module PLATFORM = IIORegistry.class.getModule();

    private final List<ImageReaderSpi> providers;
    private final Map<ImageReaderSpi, ImageReader> readers = new IdentityHashMap<>();

    Readers() {
        this.providers = providers();
    }

    private static List<ImageReaderSpi> providers() {
        List<ImageReaderSpi> own = List.of(
                new JPEGImageReaderSpi(),
                new TIFFImageReaderSpi(),
                new BigTIFFImageReaderSpi(),
                new BMPImageReaderSpi(),
                new PSDImageReaderSpi(),
                new HDRImageReaderSpi(),
                new ICOImageReaderSpi(),
                new CURImageReaderSpi());
        List<ImageReaderSpi> platform = platformProviders();
        ServiceRegistry registry =
                new ServiceRegistry(List.<Class<?>>of(ImageReaderSpi.class).iterator());
        // TwelveMonkeys' JPEG reader looks for the platform's in the registry that it is put into.
        platform.forEach(registry::registerServiceProvider);
        own.forEach(registry::registerServiceProvider);
        List<ImageReaderSpi> all = new ArrayList<>(own);
        all.addAll(platform);
        return all;
    }

    /** The readers of the JDK itself; ImageIO's registry is shared by threads that may be looking, too. */
    private static synchronized List<ImageReaderSpi> platformProviders() {
        List<ImageReaderSpi> found = new ArrayList<>();
        Iterator<ImageReaderSpi> registered =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (registered.hasNext()) {
            ImageReaderSpi provider = registered.next();
            if (provider.getClass().getModule() == PLATFORM) {
                found.add(provider);
            }
        }
        found.sort((one, other) ->
                one.getClass().getName().compareTo(other.getClass().getName()));
        return found;
    }

    /** The reader for this content, reset and without input; empty if none knows it. */
    Optional<ImageReader> readerFor(ImageInputStream content) throws IOException {
        for (ImageReaderSpi provider : providers) {
            content.seek(0);
            if (knows(provider, content)) {
                content.seek(0);
                return Optional.of(reader(provider));
            }
        }
        return Optional.empty();
    }

    /** Some providers ask for more bytes than a short file has. */
    private static boolean knows(ImageReaderSpi provider, ImageInputStream content) throws IOException {
        try {
            return provider.canDecodeInput(content);
        } catch (EOFException tooShort) {
            return false;
        }
    }

    /** The JDK's own JPEG reader, reset and without input. */
    ImageReader platformJpeg() {
        try {
            for (ImageReaderSpi provider : providers) {
                if (provider.getClass().getModule() == PLATFORM
                        && Arrays.asList(provider.getFormatNames()).contains("jpeg")) {
                    return reader(provider);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        throw new IllegalStateException("Every JDK must have a JPEG reader");
    }

    private ImageReader reader(ImageReaderSpi provider) throws IOException {
        ImageReader reader = readers.get(provider);
        if (reader == null) {
            reader = provider.createReaderInstance(null);
            readers.put(provider, reader);
        }
        return reader;
    }

    /**
     * Takes a reader back.
     *
     * @param healthy whether it may be used again: what state one that failed is in is nobody's to guess
     */
    void giveBack(ImageReader reader, boolean healthy) {
        if (healthy) {
            reader.removeAllIIOReadWarningListeners();
            reader.setInput(null);
        } else {
            readers.values().remove(reader);
            reader.dispose();
        }
    }
}
