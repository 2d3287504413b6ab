package io.streamclr.augment.decode.child;

import java.nio.ByteBuffer;

/** A question, in whole numbers that its service understands. */
public final class Question {

    private final byte[] bytes;

    private Question(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Question of(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * words.length);
        for (int word : words) {
            bytes.putInt(word);
        }
        return new Question(bytes.array());
    }

    byte[] bytes() {
        return bytes;
    }
}
