package io.streamclr.ingest.push;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** What a request must know, if anything. */
public final class Token {

    private static final int FEWEST_CHARACTERS = 16;
    private static final int MOST_BYTES = 4096;

    /** Null where nothing must be known. */
    private final byte[] secret;

    private Token(byte[] secret) {
        this.secret = secret;
    }

    /** Everybody may. */
    public static Token none() {
        return new Token(null);
    }

    /**
     * The content of a file, without white space around it.
     *
     * @throws RefusalException if the file cannot be read, or holds too little to be a secret
     */
    public static Token in(Path file) {
        String text;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new RefusalException("The token file " + file + " has more than " + MOST_BYTES
                        + " bytes; give a file that holds the token and nothing else");
            }
            text = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The token file " + file + " cannot be read (" + FileFault.of(unreadable) + "); check the path",
                    unreadable);
        }
        if (text.length() < FEWEST_CHARACTERS) {
            throw new RefusalException("The token in " + file + " has " + text.length() + " characters, and "
                    + FEWEST_CHARACTERS + " or more are needed; 'openssl rand -hex 32' makes one");
        }
        return new Token(text.getBytes(StandardCharsets.UTF_8));
    }

    boolean isNeeded() {
        return secret != null;
    }

    /** Whether a request with this {@code Authorization} header, which may be null, knows it; takes the same time always. */
    boolean isIn(String authorization) {
        String prefix = "Bearer ";
        if (secret == null) {
            return true;
        }
        return authorization != null
                && authorization.regionMatches(true, 0, prefix, 0, prefix.length())
                && MessageDigest.isEqual(
                        secret, authorization.substring(prefix.length()).strip().getBytes(StandardCharsets.UTF_8));
    }
}
