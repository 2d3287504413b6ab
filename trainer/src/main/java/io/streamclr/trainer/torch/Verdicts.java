package io.streamclr.trainer.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which way was right for which convolutions, on which machine: a file for each in the user's cache, so that it is found
 * out once. Where nothing can be kept, it is found out each time.
 */
final class Verdicts {

    /** Raised when another trial is made of a way, so that no old verdict stands for it. */
    private static final String TRIAL = "trial 1";

    private static final int MOST_BYTES = 256;

    private final Path folder;
    private final String machine;

    /** @param machine all that a verdict hangs on beside the question: processor, library, settings */
    Verdicts(Path folder, String machine) {
        this.folder = folder;
        this.machine = machine;
    }

    /** The way that was right; empty if that is not known, or what is kept was damaged. */
    Optional<ConvolutionWay> of(List<ConvolutionWay> offered, String question) {
        String name = name(offered, question);
        try {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            String kept = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return offered.stream().filter(way -> kept.equals(text(name, way))).findFirst();
        } catch (IOException | SecurityException unreadable) {
            return Optional.empty();
        }
    }

    /** Keeps what was found out, if it can. */
    void keep(List<ConvolutionWay> offered, String question, ConvolutionWay way) {
        String name = name(offered, question);
        try {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, "verdict", ".partial");
            Files.writeString(partial, text(name, way), StandardCharsets.ISO_8859_1);
            Files.move(partial, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | SecurityException unwritable) {
            // Then it is found out again.
            return;
        }
    }

    private static String text(String name, ConvolutionWay way) {
        return name + " " + way + " " + digest(name + way) + "\n";
    }

    private String name(List<ConvolutionWay> offered, String question) {
        return digest(String.join("\n", TRIAL, machine, offered.toString(), question));
    }

    private static String digest(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 16);
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("Every Java has SHA-256", never);
        }
    }
}
