package io.streamclr.local.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One gzip file of a data set, known by what is inside.
 *
 * @param file its name
 * @param contentBytes how many bytes are inside
 * @param sha256 of these bytes, 64 lower-case hexadecimal digits
 */
record Part(String file, long contentBytes, String sha256) {

    /** No part is larger than this, zipped, in bytes. */
    static final long MAX_FILE_BYTES = 64L << 20;

    /** What is wrong with this file in the folder; an empty text if nothing is. */
    String trouble(Path folder) {
        Path path = folder.resolve(file);
        if (!Files.isRegularFile(path)) {
            return file + " is missing";
        }
        try (InputStream content = new GZIPInputStream(Files.newInputStream(path), 1 << 16)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
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
            return file + " cannot be read (" + unreadable.getMessage() + ")";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform must have SHA-256", missing);
        }
    }
}
