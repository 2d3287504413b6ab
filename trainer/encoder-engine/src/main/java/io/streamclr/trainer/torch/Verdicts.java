package io.streamclr.trainer.torch;

import io.streamclr.schemas.identity.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which way was right for which convolutions, on which machine: a file for each in the user's cache, so that it is found
 * out once. Where nothing can be kept, it is found out each time.
 */
final class Verdicts {

    /** Raised when another trial is made of a way, so that no old verdict stands for it. */
    private static final String TRIAL = "trial 3";

    private static final String OURS = "streamclr/convolutions";
    private static final int MOST_BYTES = 256;

    private final Optional<Path> kept;
    private final String machine;

    /**
     * @param kept the folder; empty if none is this user's alone
     * @param machine all that a verdict hangs on beside the question: processor, library, settings
     */
    Verdicts(Optional<Path> kept, String machine) {
        this.kept = kept;
        this.machine = machine;
    }

    /**
     * The folder in a user's cache. What another user could have written there is not believed, so none is in a home that is
     * not this user's or that all may write to.
     *
     * @param home what Java calls the user's home, which is {@code ?} for a user that the system does not know
     */
    static Optional<Path> folder(Map<String, String> environment, String home, int user) {
        String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (!configured.isEmpty() && Path.of(configured).isAbsolute()) {
            return Optional.of(Path.of(configured, OURS));
        }
        Path place = Path.of(home);
        return place.isAbsolute() && belongsTo(user, place)
                ? Optional.of(place.resolve(".cache").resolve(OURS))
                : Optional.empty();
    }

    private static boolean belongsTo(int user, Path folder) {
        try {
            return Files.getAttribute(folder, "unix:uid").equals(user)
                    && !Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return false;
        }
    }

    /** The way that was right; empty if that is not known, or what is kept was damaged. */
    Optional<ConvolutionWay> of(List<ConvolutionWay> offered, String question) {
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        String name = name(offered, question);
        try {
            Path file = kept.get().resolve(name);
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return Optional.empty();
            }
            String read = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return offered.stream().filter(way -> read.equals(text(name, way))).findFirst();
        } catch (IOException | SecurityException unreadable) {
            return Optional.empty();
        }
    }

    /** Keeps what was found out, if it can. */
    void keep(List<ConvolutionWay> offered, String question, ConvolutionWay way) {
        if (kept.isEmpty()) {
            return;
        }
        Path folder = kept.get();
        String name = name(offered, question);
        try {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, "verdict", ".partial");
            try {
                Files.writeString(partial, text(name, way), StandardCharsets.ISO_8859_1);
                Files.move(partial, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
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
        return HexFormat.of().formatHex(Sha256.begin().digest(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }
}
