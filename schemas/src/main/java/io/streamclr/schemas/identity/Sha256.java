package io.streamclr.schemas.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of everything that is recognised by its bytes. */
public final class Sha256 {

    private Sha256() {}

    /** Of nothing yet. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform must have SHA-256", missing);
        }
    }
}
