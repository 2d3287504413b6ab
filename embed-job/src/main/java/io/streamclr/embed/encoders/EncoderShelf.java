package io.streamclr.embed.encoders;

import io.streamclr.process.place.Place;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.form.FileDigest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Pattern;

/**
 * The encoders that a topic of embeddings was made with, each in a folder named for the SHA-256 of its file, because runs
 * delete their old checkpoints and replays need them. All workers reach it. Safe for use by many threads and processes:
 * a file appears when it is complete, the encoder's own after its description.
 */
public final class EncoderShelf {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;

    private EncoderShelf(Path folder) {
        this.folder = folder;
    }

    /**
     * The shelf in a folder.
     *
     * @param place a path, or a URI of a file system that the Java platform knows
     */
    public static EncoderShelf at(String place) {
        return new EncoderShelf(Place.of(place));
    }

    /**
     * Where an encoder is kept, or would be: a folder that is used like a checkpoint's.
     *
     * @throws RefusalException if that is no SHA-256
     */
    public Path folder(String digest) {
        if (!DIGEST.matcher(digest).matches()) {
            throw new RefusalException("An encoder is announced with a digest that is no SHA-256 in hexadecimal digits;"
                    + " let only trainers write to the topic of encoders");
        }
        return folder.resolve(digest + "/");
    }

    /**
     * Keeps an encoder.
     *
     * @param archive its file, with its description beside it
     * @throws RefusalException if it cannot be read, is another one than announced, or cannot be kept
     */
    public void keep(Path archive, String digest) {
        Path kept = folder(digest);
        Path target = kept.resolve(EncoderFiles.TORCHSCRIPT);
        try {
            if (Files.isRegularFile(target)) {
                return;
            }
            Files.createDirectories(kept);
            Path description = archive.resolveSibling(EncoderFiles.DESCRIPTION);
            if (Files.isRegularFile(description)) {
                copy(description, kept.resolve(EncoderFiles.DESCRIPTION));
            }
            Path part = copyOf(archive, kept);
            String found = FileDigest.of(part);
            if (!found.equals(digest)) {
                Files.delete(part);
                throw new RefusalException("The encoder " + archive + " has SHA-256 " + found + " and not " + digest
                        + ", as was announced; it is damaged or was replaced, so publish it again");
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new RefusalException(
                    "The encoder " + archive + " cannot be kept in " + kept + ": " + FileFault.of(failed)
                            + "; let the job read the one and write the other",
                    failed);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.move(copyOf(from, to.getParent()), to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Under a name of its own, whoever else copies the same. */
    private static Path copyOf(Path from, Path folder) throws IOException {
        for (int number = 0; ; number++) {
            Path part = folder.resolve(
                    from.getFileName() + ".part" + ProcessHandle.current().pid() + "-" + number);
            try {
                return Files.copy(from, part);
            } catch (FileAlreadyExistsException others) {
                continue;
            }
        }
    }

    /** What this is, for messages. */
    @Override
    public String toString() {
        return folder.toString();
    }
}
