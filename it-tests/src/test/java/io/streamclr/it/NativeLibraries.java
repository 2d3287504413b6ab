package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Which processors the native libraries of an image are for, by what their own first bytes say, also of those in jars. */
final class NativeLibraries {

    static final int X86_64 = 62;
    static final int AARCH64 = 183;

    private static final int ELF = 0x7f454c46;
    private static final int FREE_BSD = 9;
    private static final int HEADER = 20;

    private NativeLibraries() {}

    /**
     * Fails where a file in these folders, or a jar as a whole, is for other processors and not for this one. Jars of all
     * processors have it beside the others; what is made for one, as PyTorch's library is, has it alone.
     *
     * @param processor as files in ELF's form number it
     */
    static void assertFor(int processor, Path root, List<String> folders) throws IOException {
        Map<String, Set<Integer>> found = in(root, folders);

        assertThat(found).isNotEmpty().allSatisfy((file, processors) -> {
            assertThat(processors).as(file).contains(processor);
            if (!file.endsWith(".jar") || file.matches(".*-(x86_64|aarch64)\\.jar")) {
                assertThat(processors).as(file).hasSize(1);
            }
        });
    }

    /** By file, or by jar that has some. */
    private static Map<String, Set<Integer>> in(Path root, List<String> folders) throws IOException {
        Map<String, Set<Integer>> found = new TreeMap<>();
        for (String folder : folders) {
            for (Path file : filesIn(root.resolve(folder))) {
                Set<Integer> processors = file.toString().endsWith(".jar") ? ofJar(file) : ofFile(file);
                if (!processors.isEmpty()) {
                    found.put(root.relativize(file).toString(), processors);
                }
            }
        }
        return found;
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static Set<Integer> ofFile(Path file) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return processor(bytes);
        }
    }

    private static Set<Integer> ofJar(Path jar) throws IOException {
        Set<Integer> processors = new TreeSet<>();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (!entry.isDirectory() && !entry.getName().endsWith(".class")) {
                    try (InputStream bytes = zip.getInputStream(entry)) {
                        processors.addAll(processor(bytes));
                    }
                }
            }
        }
        return processors;
    }

    /** None where it is no library, or none of Linux. */
    private static Set<Integer> processor(InputStream bytes) throws IOException {
        byte[] header = bytes.readNBytes(HEADER);
        if (header.length < HEADER || ByteBuffer.wrap(header).getInt() != ELF || header[7] == FREE_BSD) {
            return Set.of();
        }
        boolean little = header[5] == 1;
        return Set.of((int) ByteBuffer.wrap(header)
                .order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
                .getShort(18));
    }
}
