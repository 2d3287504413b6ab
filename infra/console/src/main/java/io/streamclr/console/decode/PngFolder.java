package io.streamclr.console.decode;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A folder that pictures are written into, each as a file of its own; none leaves it, and none replaces another. */
final class PngFolder {

    /** File systems allow 255 bytes, a letter may take four of them, and a number and an ending follow. */
    private static final int LONGEST_NAME = 50;

    private final Path folder;

    /** How many files of a name there are at least. */
    private final Map<String, Integer> taken = new HashMap<>();

    private PngFolder(Path folder) {
        this.folder = folder;
    }

    /** @throws RefusalException if it cannot be made */
    static PngFolder at(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException unwritable) {
            throw refusal(folder, unwritable);
        }
        return new PngFolder(folder);
    }

    private static RefusalException refusal(Path path, IOException why) {
        return new RefusalException(
                "Cannot write " + OneLine.of(path.toString()) + ": " + FileFault.of(why)
                        + "; make room, or name another folder with" + " --out",
                why);
    }

    /**
     * Writes a picture.
     *
     * @param source where it was found: the end of it becomes the file's name
     * @return the file
     */
    Path write(String source, Pixels pixels) {
        String name = nameOf(source);
        while (true) {
            int number = taken.merge(name, 1, Integer::sum);
            Path file = folder.resolve(name + (number == 1 ? "" : "-" + number) + ".png");
            try (OutputStream to =
                    Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                write(pixels, to, file);
                return file;
            } catch (FileAlreadyExistsException next) {
                // Somebody else's, or the same name in other letters: the next number.
            } catch (IOException unwritable) {
                throw refusal(file, unwritable);
            }
        }
    }

    private static void write(Pixels pixels, OutputStream to, Path file) throws IOException {
        BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_INT_RGB);
        int[] row = new int[pixels.width()];
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int at = pixels.at(x, y);
                row[x] = ((pixels.rgb()[at] & 0xff) << 16)
                        | ((pixels.rgb()[at + 1] & 0xff) << 8)
                        | (pixels.rgb()[at + 2] & 0xff);
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        try (MemoryCacheImageOutputStream buffered = new MemoryCacheImageOutputStream(to)) {
            ImageIO.write(image, "png", buffered);
        } catch (IOException half) {
            Files.deleteIfExists(file);
            throw half;
        }
    }

    /** The last part of a path, of letters, digits and a few signs, that no file system and no terminal takes for more. */
    static String nameOf(String source) {
        String last = source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
        StringBuilder name = new StringBuilder();
        last.codePoints()
                .limit(LONGEST_NAME)
                .forEach(point -> name.appendCodePoint(
                        Character.isLetterOrDigit(point) || "._-+=@#() ".indexOf(point) >= 0 ? point : '_'));
        // Neither hidden nor a folder.
        return name.isEmpty() || name.charAt(0) == '.' || name.charAt(0) == ' ' || name.charAt(0) == '-'
                ? "_" + name
                : name.toString();
    }
}
