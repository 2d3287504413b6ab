package io.streamclr.process.place;

import io.streamclr.schemas.RefusalException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.util.regex.Pattern;

/** Where files are kept, as people name it. */
public final class Place {

    /** A scheme has two letters or more, so that nobody's drive is taken for one. */
    private static final Pattern URI_WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

    private Place() {}

    /**
     * The path that is meant: one of this machine, or one of any file system that is open to the Java platform. A
     * provider on the class path, as one for S3, makes its own known.
     *
     * @param name such as {@code checkpoints} or {@code s3://bucket/checkpoints}
     * @throws RefusalException if it is neither a path nor a URI of a known file system
     */
    public static Path of(String name) {
        try {
            return URI_WITH_SCHEME.matcher(name).matches() ? resolve(URI.create(name)) : Path.of(name);
        } catch (IllegalArgumentException | FileSystemNotFoundException wrong) {
            throw RefusalException.ofUsage(
                    "The place " + name + " cannot be used (" + wrong.getMessage() + "); check how it is written",
                    wrong);
        }
    }

    private static Path resolve(URI uri) {
        if (FileSystemProvider.installedProviders().stream()
                .noneMatch(provider -> provider.getScheme().equalsIgnoreCase(uri.getScheme()))) {
            throw new RefusalException("The place " + uri + " cannot be used, because nothing on the class path knows "
                    + uri.getScheme() + ": places; name the jars of a java.nio.file provider for them in"
                    + " STREAMCLR_CLASSPATH, or give a folder of this machine");
        }
        return Path.of(uri);
    }
}
