package io.streamclr.local.dataset;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.identity.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One file of a data set, known by its content.
 *
 * @param file its path in the folder of the data set
 * @param gzipped whether the content is packed: packagers rewrite the headers around it
 * @param contentBytes how many bytes the content has
 * @param sha256 of these bytes, 64 lower-case hexadecimal digits
 */
record Part(String file, boolean gzipped, long contentBytes, String sha256) {

    /** No part is larger than this, in bytes, as it is stored. */
    static final long MAX_FILE_BYTES = 64L << 20;

    /** A gzip file, known by what is inside. */
    static Part gzip(String file, long contentBytes, String sha256) {
        return new Part(file, true, contentBytes, sha256);
    }

    /** A file as it is. */
    static Part plain(String file, long bytes, String sha256) {
        return new Part(file, false, bytes, sha256);
    }

    /** What is wrong with this file in the folder; an empty text if nothing is. */
    String trouble(Path folder) {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            return file + " is missing";
        }
        try (InputStream content = content(path)) {
            MessageDigest digest = Sha256.begin();
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
                total += read;
                if (total > contentBytes) {
                    return file + " holds more than the " + contentBytes + " bytes that it should";
                }
            }
            return HexFormat.of().formatHex(digest.digest()).equals(sha256)
                    ? ""
                    : file + " has a content of " + total + " bytes with another SHA-256 than it should";
        } catch (ZipException | EOFException damaged) {
            return file + " is no whole gzip file";
        } catch (IOException unreadable) {
            return file + " cannot be read (" + FileFault.of(unreadable) + ")";
        }
    }

    private InputStream content(Path path) throws IOException {
        InputStream stored = Files.newInputStream(path);
        try {
            return gzipped ? new GZIPInputStream(stored, 1 << 16) : stored;
        } catch (IOException damaged) {
            stored.close();
            throw damaged;
        }
    }
}
