package io.streamclr.augment.decode;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** JPEG files of every kind that the JDK writes. It writes the same bytes on every JDK. */
final class JpegSamples {

    private static final String METADATA = "javax_imageio_jpeg_image_1.0";

    private JpegSamples() {}

    /**
     * How many samples of each component lie across and down in a block of pixels.
     *
     * @param factors across and down of Y, Cb and Cr in turn, 1 to 4; of grey, none
     */
    record Sampling(String name, int... factors) {

        @Override
        public String toString() {
            return name;
        }
    }

    static final Sampling GREY = new Sampling("grey");
    static final Sampling FULL = new Sampling("4:4:4", 1, 1, 1, 1, 1, 1);
    static final Sampling HALF = new Sampling("4:2:0", 2, 2, 1, 1, 1, 1);
    static final Sampling ACROSS = new Sampling("4:2:2", 2, 1, 1, 1, 1, 1);
    static final Sampling DOWN = new Sampling("4:4:0", 1, 2, 1, 1, 1, 1);
    static final Sampling QUARTER = new Sampling("4:1:1", 4, 1, 1, 1, 1, 1);
    static final Sampling EIGHTH = new Sampling("4:1:0", 4, 2, 1, 1, 1, 1);
    static final Sampling FINE_COLOURS = new Sampling("colours finer than light", 1, 1, 2, 2, 2, 2);

    /** Waves in all three channels with noise on them, so that every coefficient of a block is needed. */
    static BufferedImage waves(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        Random noise = new Random(5);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int red = wave(x / 5.0, noise);
                int green = wave(y / 4.0, noise);
                int blue = wave((x + y) / 9.0, noise);
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, red);
                } else {
                    image.setRGB(x, y, red << 16 | green << 8 | blue);
                }
            }
        }
        return image;
    }

    private static int wave(double phase, Random noise) {
        int value = (int) (128 + 90 * StrictMath.sin(phase) + noise.nextInt(50));
        return Math.max(0, Math.min(255, value));
    }

    /** The waves as a JPEG file. */
    static byte[] jpeg(int width, int height, Sampling sampling, boolean progressive) {
        boolean grey = sampling.factors().length == 0;
        BufferedImage image = waves(width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = platformWriter();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(0.9f);
            param.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
            IIOMetadataNode tree = (IIOMetadataNode) metadata.getAsTree(METADATA);
            NodeList components = tree.getElementsByTagName("componentSpec");
            for (int i = 0; 2 * i < sampling.factors().length; i++) {
                Element component = (Element) components.item(i);
                component.setAttribute("HsamplingFactor", Integer.toString(sampling.factors()[2 * i]));
                component.setAttribute("VsamplingFactor", Integer.toString(sampling.factors()[2 * i + 1]));
            }
            metadata.setFromTree(METADATA, tree);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, metadata), param);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static ImageWriter platformWriter() {
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
        ImageWriter writer = writers.next();
        while (!writer.getClass().getName().startsWith("com.sun.")) {
            writer = writers.next();
        }
        return writer;
    }

    /** Where the n-th marker of a kind stands, counted from 0. */
    static int marker(byte[] jpeg, int kind, int n) {
        int found = 0;
        for (int at = 0; at + 1 < jpeg.length; at++) {
            if (jpeg[at] == (byte) 0xFF && (jpeg[at + 1] & 0xff) == kind && found++ == n) {
                return at;
            }
        }
        throw new IllegalArgumentException("There is no marker " + n + " of kind " + kind);
    }
}
