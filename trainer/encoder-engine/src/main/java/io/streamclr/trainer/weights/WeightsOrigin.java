package io.streamclr.trainer.weights;

/**
 * Which file the weights of a run came from.
 *
 * @param name of the file, without its folder
 * @param digest its SHA-256, as {@code sha256sum} prints it
 */
public record WeightsOrigin(String name, String digest) {

    /** The content alone, for a file may be given another name. */
    public String text() {
        return "sha256:" + digest;
    }
}
