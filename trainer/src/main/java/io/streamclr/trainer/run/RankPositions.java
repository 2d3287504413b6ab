package io.streamclr.trainer.run;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the feed of each rank goes on, beside the checkpoint of a run of several. */
final class RankPositions {

    private static final String FILE = "feed.ranks";
    private static final int VERSION = 1;

    private RankPositions() {}

    /** Writes the file. @param positions of all ranks, in the feed's own form; none for a run of one process */
    static MoreFiles of(List<byte[]> positions) {
        if (positions.isEmpty()) {
            return MoreFiles.NONE;
        }
        return folder -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(VERSION);
                out.writeInt(positions.size());
                for (byte[] position : positions) {
                    out.writeInt(position.length);
                    out.write(position);
                }
            }
            Files.write(folder.resolve(FILE), bytes.toByteArray());
        };
    }

    /**
     * Reads the file.
     *
     * @param checkpoint folder of a checkpoint whose files are known to be as they were written
     * @param ranks that there must be
     * @throws RefusalException if it is not there or not of so many
     */
    static List<byte[]> read(Path checkpoint, int ranks) {
        Path file = checkpoint.resolve(FILE);
        List<byte[]> positions = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            int version = in.readInt();
            int count = in.readInt();
            if (version != VERSION || count != ranks) {
                throw new IOException("it is of version " + version + " and of " + count + " ranks");
            }
            for (int rank = 0; rank < ranks; rank++) {
                int length = in.readInt();
                if (length < 0 || length > in.available()) {
                    throw new IOException("its lengths do not fit");
                }
                positions.add(in.readNBytes(length));
            }
            return positions;
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "Where the ranks go on cannot be read from " + file + " (" + FileFault.of(unreadable)
                            + "); move that checkpoint away to go on from the one before it",
                    unreadable);
        }
    }
}
