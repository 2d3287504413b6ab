package io.streamclr.trainer.ranks;

import io.streamclr.schemas.RefusalException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How two ranks make sure of each other before anything else: both show that they know the same secret, without saying it,
 * by answers to random questions (HMAC-SHA-256), and that they count the same ranks. What follows is neither encrypted nor
 * signed; that is left to the network.
 */
final class Greeting {

    private static final byte[] MAGIC = "StreamCLR ranks 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int QUESTION = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] OF_CALLER = {1};
    private static final byte[] OF_LISTENER = {2};

    private final byte[] key;
    private final int rank;
    private final int ranks;

    /**
     * @param secret may be empty, if all ranks have none
     * @param rank this one
     */
    Greeting(byte[] secret, int rank, int ranks) {
        this.key = Arrays.copyOf(secret, secret.length + 1);
        this.rank = rank;
        this.ranks = ranks;
    }

    /** Somebody who is no rank of this run, or cannot prove it. */
    static final class Stranger extends IOException {
        private static final long serialVersionUID = 1L;

        Stranger(String what) {
            super(what);
        }
    }

    /**
     * Who called, and where that rank listens.
     *
     * @param port 0 for a rank that nobody needs to call
     */
    record Caller(int rank, int port) {}

    /** The part of who calls. @param port where this rank listens, 0 for nowhere */
    void call(DataInputStream in, DataOutputStream out, int port) throws IOException {
        byte[] mine = question();
        out.write(MAGIC);
        out.write(mine);
        out.flush();
        byte[] theirs = hear(in);
        requireAnswer(in, OF_LISTENER, mine, theirs);
        out.write(answer(OF_CALLER, mine, theirs));
        out.writeInt(rank);
        out.writeInt(ranks);
        out.writeInt(port);
        out.flush();
        int others = in.readInt();
        if (others != ranks) {
            throw new RefusalException("This rank counts " + ranks + " ranks, and another counts " + others
                    + "; start all with the same number");
        }
    }

    /** The part of who is called. */
    Caller listen(DataInputStream in, DataOutputStream out) throws IOException {
        byte[] theirs = hear(in);
        byte[] mine = question();
        out.write(MAGIC);
        out.write(mine);
        out.write(answer(OF_LISTENER, theirs, mine));
        out.flush();
        requireAnswer(in, OF_CALLER, theirs, mine);
        int other = in.readInt();
        int others = in.readInt();
        int port = in.readInt();
        out.writeInt(ranks);
        out.flush();
        if (others != ranks || other < 0 || other >= ranks || other == rank || port < 0 || port > 65_535) {
            throw new Stranger("it says that it is rank " + other + " of " + others);
        }
        return new Caller(other, port);
    }

    private static byte[] question() {
        byte[] question = new byte[QUESTION];
        new SecureRandom().nextBytes(question);
        return question;
    }

    private static byte[] hear(DataInputStream in) throws IOException {
        byte[] magic = in.readNBytes(MAGIC.length);
        if (magic.length < MAGIC.length && Arrays.equals(magic, Arrays.copyOf(MAGIC, magic.length))) {
            throw new EOFException();
        }
        if (!Arrays.equals(magic, MAGIC)) {
            throw new Stranger("it is no rank, or one of another version");
        }
        byte[] question = new byte[QUESTION];
        in.readFully(question);
        return question;
    }

    private void requireAnswer(DataInputStream in, byte[] side, byte[] ofCaller, byte[] ofListener) throws IOException {
        byte[] wanted = answer(side, ofCaller, ofListener);
        byte[] given = new byte[wanted.length];
        in.readFully(given);
        if (!MessageDigest.isEqual(wanted, given)) {
            throw new Stranger("it does not know the secret of " + Launch.SECRET_FILE);
        }
    }

    private byte[] answer(byte[] side, byte[] ofCaller, byte[] ofListener) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(side);
            mac.update(ofCaller);
            return mac.doFinal(ofListener);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, impossible);
        }
    }
}
