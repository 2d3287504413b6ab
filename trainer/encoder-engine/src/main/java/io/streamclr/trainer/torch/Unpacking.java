package io.streamclr.trainer.torch;

import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacks PyTorch's libraries from the class path to where DJL looks for them, before it does. DJL takes whatever lies there,
 * and a file that a power failure or a full disk cut short ends the process by a signal when it is loaded. So each
 * file is checked for its length here, and takes its name only when all of it is on the disk. Any number of processes
 * may do so at the same time.
 */
final class Unpacking {

    private static final Logger LOG = LoggerFactory.getLogger(Unpacking.class);

    private static final String ENGINE = "pytorch";
    private static final String PARTIAL = ".partial";

    private Unpacking() {}

    /**
     * Has the libraries whole in their folder. Without effect where others than those of the class path are to be loaded.
     *
     * @throws IOException if one is not, and cannot be unpacked
     */
    static void complete() throws IOException {
        if (isSet("PYTORCH_LIBRARY_PATH")) {
            return;
        }
        Platform carried = Platform.detectPlatform(ENGINE);
        boolean another = isSet("PYTORCH_VERSION")
                && !carried.getVersion().startsWith(Utils.getEnvOrSystemProperty("PYTORCH_VERSION"));
        if (carried.isPlaceholder() || another) {
            return;
        }
        Path folder = folder(carried);
        for (Map.Entry<String, URL> file : files(carried).entrySet()) {
            complete(folder.resolve(file.getKey()), file.getValue());
        }
        forgetPartials(folder);
    }

    private static Path folder(Platform carried) {
        return Utils.getEngineCacheDir(ENGINE)
                .resolve(carried.getVersion() + "-" + carried.getFlavor() + "-" + carried.getClassifier());
    }

    /** The folder from which the library of the class path, or of the environment, will be loaded. */
    static Path folder() {
        return isSet("PYTORCH_LIBRARY_PATH")
                ? Path.of(Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH"))
                : folder(Platform.detectPlatform(ENGINE));
    }

    /** Whether the class path has a library, or the environment says where one is. */
    static boolean carriesLibrary() {
        return isSet("PYTORCH_LIBRARY_PATH") || !Platform.detectPlatform(ENGINE).isPlaceholder();
    }

    private static boolean isSet(String setting) {
        String value = Utils.getEnvOrSystemProperty(setting);
        return value != null && !value.isEmpty();
    }

    /** Where each library comes from, by the name that DJL gives it. */
    private static Map<String, URL> files(Platform carried) throws IOException {
        String kind = carried.getFlavor() + "/" + carried.getClassifier() + "/";
        Map<String, URL> files = new LinkedHashMap<>();
        for (String library : carried.getLibraries()) {
            files.put(library, carriedAs("pytorch/" + kind + library));
        }
        String bridge = System.mapLibraryName("djl_torch");
        files.put(
                carried.getApiVersion() + "-" + bridge,
                carriedAs("jnilib/" + carried.getClassifier() + "/" + carried.getFlavor() + "/" + bridge));
        return files;
    }

    private static URL carriedAs(String resource) throws IOException {
        URL found = ClassLoaderUtils.getResource(resource);
        if (found == null) {
            throw new FileNotFoundException("the class path has no " + resource);
        }
        return found;
    }

    private static void complete(Path file, URL carried) throws IOException {
        URLConnection connection = carried.openConnection();
        connection.setUseCaches(false);
        try (InputStream whole = connection.getInputStream()) {
            long length = connection.getContentLengthLong();
            if (isWhole(file, length)) {
                return;
            }
            if (Files.exists(file)) {
                LOG.warn("library damaged, unpacking it again file={} bytes={} of={}", file, Files.size(file), length);
            }
            unpack(whole, length, file);
        }
    }

    private static boolean isWhole(Path file, long length) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == length;
    }

    private static void unpack(InputStream whole, long length, Path file) throws IOException {
        Path folder = Files.createDirectories(file.getParent());
        Path partial = Files.createTempFile(folder, "library", PARTIAL);
        try {
            Files.copy(whole, partial, StandardCopyOption.REPLACE_EXISTING);
            toDisk(partial, StandardOpenOption.WRITE);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            toDisk(folder, StandardOpenOption.READ);
        } catch (NoSuchFileException taken) {
            // Another process found all whole meanwhile and took this for a remainder.
            if (!isWhole(file, length)) {
                throw taken;
            }
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static void toDisk(Path place, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(place, how)) {
            channel.force(true);
        }
    }

    /** What processes left that were killed while they unpacked. */
    private static void forgetPartials(Path folder) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + PARTIAL)) {
            for (Path partial : left) {
                Files.deleteIfExists(partial);
            }
        } catch (IOException unwritable) {
            LOG.debug("remainders stay folder={}", folder, unwritable);
        }
    }
}
