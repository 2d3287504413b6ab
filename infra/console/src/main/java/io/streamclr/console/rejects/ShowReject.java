package io.streamclr.console.rejects;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.stream.source.ImagesFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr rejects show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Show one rejected image, and write it to a file.")
final class ShowReject implements Callable<Integer> {

    private static final int BYTES_SHOWN = 32;

    @Mixin
    private RejectsCommand.Topics topics;

    @Parameters(paramLabel = "PARTITION:OFFSET", description = "The image, as 'streamclr rejects list' prints it.")
    private String image;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Output file for the whole encoded image, from the topic of images.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        RejectPlace place = place(image, spec);
        Reject reject = Optional.ofNullable(topics.read().get(place))
                .orElseThrow(() -> new RefusalException("Topic " + topics.rejects() + " names no image at " + place
                        + "; 'streamclr rejects list --all' shows which it does"));
        if (file != null) {
            write(whole(reject));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(json(reject));
        } else {
            out.printf(
                    Locale.ROOT,
                    "image     %s of topic %s%nreason    %s%ndetail    %s%nsource    %s%nbytes     %,d, begins with"
                            + " %s%nrejected  %d time%s, last at %s%n%s",
                    place,
                    topics.images(),
                    reject.reason(),
                    OneLine.of(reject.detail()),
                    reject.source().isEmpty() ? "unknown" : OneLine.of(reject.source()),
                    reject.length(),
                    beginning(reject),
                    reject.times(),
                    reject.times() == 1 ? "" : "s",
                    reject.newest(),
                    reject.redriven() ? "sent in again\n" : "");
        }
        out.flush();
        return 0;
    }

    static RejectPlace place(String text, CommandSpec spec) {
        try {
            return RejectPlace.parse(text);
        } catch (IllegalArgumentException unclear) {
            throw new ParameterException(spec.commandLine(), unclear.getMessage(), unclear);
        }
    }

    static ObjectNode json(Reject reject) {
        ObjectNode row = new ObjectMapper().createObjectNode();
        row.put("image", reject.place().toString());
        row.put("reason", reject.reason().name());
        row.put("detail", reject.detail());
        row.put("source", reject.source());
        row.put("bytes", reject.length());
        row.put("begins_with", beginning(reject));
        row.put("times", reject.times());
        row.put("newest", reject.newest().toString());
        row.put("redriven", reject.redriven());
        return row;
    }

    private static String beginning(Reject reject) {
        ByteBuffer first = reject.firstBytes().duplicate();
        first.limit(first.position() + Math.min(first.remaining(), BYTES_SHOWN));
        byte[] bytes = ImageLog.bytes(first);
        return bytes.length == 0 ? "nothing" : HexFormat.of().formatHex(bytes);
    }

    /** From the topic of images; from the reject itself where that has expired and the reject kept them all. */
    private byte[] whole(Reject reject) {
        try (ImageLog log = new ImageLog(topics.kafka(), topics.images())) {
            Optional<byte[]> value = log.at(reject.place()).map(ConsumerRecord::value);
            if (value.isPresent()) {
                // What is no record of ours is shown as it is.
                return ImageLog.encoded(value.get(), ImagesFormat.AVRO).orElseGet(value::get);
            }
        }
        if (reject.firstBytes().remaining() == reject.length()) {
            return ImageLog.bytes(reject.firstBytes());
        }
        throw new RefusalException("Topic " + topics.images() + " no longer holds the image at " + reject.place()
                + ", and its reject kept " + reject.firstBytes().remaining() + " of " + reject.length()
                + " bytes; keep images for good (retention.ms) to see such images whole");
    }

    private void write(byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The file " + file + " cannot be written (" + FileFault.of(unwritable) + "); name another one",
                    unwritable);
        }
    }
}
