package io.streamclr.trainer.form;

import io.streamclr.schemas.identity.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HexFormat;

/** What is written down of a file's content. */
public final class FileDigest {

    private FileDigest() {}

    /**
     * SHA-256 in hexadecimal digits, as {@code sha256sum} prints it.
     *
     * @throws IOException if the file cannot be read
     */
    public static String of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream summed = new DigestInputStream(in, Sha256.begin())) {
            summed.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(summed.getMessageDigest().digest());
        }
    }
}
