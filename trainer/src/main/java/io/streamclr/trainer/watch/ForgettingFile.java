package io.streamclr.trainer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.health.Forgetting;
import io.streamclr.trainer.health.Forgetting.Past;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known of the classes of held-out images, as a file in each checkpoint of a run that was probed on them. */
public final class ForgettingFile {

    private static final String NAME = "forgetting.json";
    private static final String FORMAT = "streamclr-forgetting";

    /** Version 1, of release 0.1, was the list of slices alone. */
    private static final int VERSION = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private ForgettingFile() {}

    /**
     * What a checkpoint says of them.
     *
     * @param checkpoint its folder; empty for a run that begins
     * @return empty where nothing is known
     * @throws RefusalException if it cannot be read
     */
    public static List<Past> read(Optional<Path> checkpoint) {
        Optional<Path> file = checkpoint.map(folder -> folder.resolve(NAME)).filter(Files::exists);
        if (file.isEmpty()) {
            return List.of();
        }
        try {
            return read(JSON.readTree(Files.readAllBytes(file.get())));
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "What was known of the held-out images cannot be read from " + file.get() + " ("
                            + FileFault.of(unreadable) + "); resume from another checkpoint, or begin another run",
                    unreadable);
        }
    }

    private static List<Past> read(JsonNode json) throws IOException {
        if (json.isArray()) {
            List<Past> slices = new ArrayList<>();
            for (JsonNode slice : json) {
                slices.add(Fields.read(slice, ForgettingFile::past));
            }
            return slices;
        }
        return Fields.read(json, fields -> {
            fields.require(FORMAT, VERSION);
            return fields.objects("slices", ForgettingFile::past);
        });
    }

    private static Past past(Fields slice) throws IOException {
        return new Past(
                slice.text("slice"),
                slice.small("images"),
                slice.numbers("last"),
                slice.number("best"),
                slice.truth("forgotten"));
    }

    /** Writes what is known into checkpoints; nothing where nothing is. */
    public static MoreFiles of(Forgetting forgetting) {
        return checkpoint -> {
            List<Past> known = forgetting.known();
            if (!known.isEmpty()) {
                Files.write(checkpoint.resolve(NAME), JSON.writeValueAsBytes(json(known)));
            }
        };
    }

    private static ObjectNode json(List<Past> known) {
        ObjectNode json = JSON.createObjectNode().put("format", FORMAT).put("version", VERSION);
        for (Past past : known) {
            ObjectNode slice = json.withArray("slices").addObject();
            slice.put("slice", past.slice()).put("images", past.images());
            past.last().forEach(slice.putArray("last")::add);
            slice.put("best", past.best()).put("forgotten", past.forgotten());
        }
        return json;
    }
}
