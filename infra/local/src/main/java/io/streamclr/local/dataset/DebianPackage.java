package io.streamclr.local.dataset;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Files out of a Debian package, downloaded and unpacked without installing it, so that no root is needed.
 *
 * @param name of the package
 * @param inside folder of the files in the package, relative to its root
 */
record DebianPackage(String name, String inside) implements Way {

    private static final long LIMIT_MINUTES = 10;

    @Override
    public void fetchInto(Path folder, List<Part> parts, FetchListener listener) throws IOException {
        if (!isOnPath("apt-get") || !isOnPath("dpkg")) {
            throw new IOException("this is no Debian or Ubuntu");
        }
        Path work = Files.createDirectory(folder.resolve("package"));
        if (!succeeds(work, listener, "apt-get", "download", "-qq", name)) {
            // The lists of packages may be absent or old; without root this fails and changes nothing.
            boolean updated = succeeds(work, listener, "apt-get", "update", "-qq");
            if (!updated || !succeeds(work, listener, "apt-get", "download", "-qq", name)) {
                throw new IOException("apt-get cannot download it (" + lastLine(work) + ")");
            }
        }
        try (Stream<Path> files = Files.list(work)) {
            Path archive = files.filter(file -> file.toString().endsWith(".deb"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("apt-get left no package"));
            if (!succeeds(work, listener, "dpkg", "-x", archive.toString(), "tree")) {
                throw new IOException("dpkg cannot unpack it (" + lastLine(work) + ")");
            }
        }
        for (Part part : parts) {
            Path file = work.resolve("tree").resolve(inside).resolve(part.file());
            if (!Files.isRegularFile(file)) {
                throw new IOException("the package lacks " + part.file());
            }
            Files.move(file, folder.resolve(part.file()));
        }
    }

    private boolean succeeds(Path work, FetchListener listener, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(work).toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
        try {
            while (!process.waitFor(250, TimeUnit.MILLISECONDS)) {
                listener.fetching(toString(), bytesIn(work));
                if (System.nanoTime() > deadline) {
                    throw new IOException(command[0] + " did not end within " + LIMIT_MINUTES + " minutes");
                }
            }
            return process.exitValue() == 0;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        } finally {
            process.destroy();
        }
    }

    private static long bytesIn(Path work) throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.map(Path::toFile).mapToLong(File::length).sum();
        }
    }

    private static Path log(Path work) {
        return work.resolve("output.txt");
    }

    private static String lastLine(Path work) throws IOException {
        String said = new String(Files.readAllBytes(log(work)), StandardCharsets.UTF_8).strip();
        return said.isEmpty() ? "it says nothing" : said.substring(said.lastIndexOf('\n') + 1);
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Override
    public String toString() {
        return "Debian package " + name;
    }
}
