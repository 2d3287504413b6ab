package io.streamclr.console.rejects;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.stream.options.DecodingOptions;
import io.streamclr.stream.options.LimitOptions;
import io.streamclr.stream.source.ImagesFormat;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr rejects redrive}. */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Send rejected images to the topic of images again, each once.",
            "An image is sent if these limits and decoders accept it; the others stay where they are. It is appended"
                    + " to its partition of images, where a job with --follow reads it. Restart the job with the"
                    + " same limits and decoders first. Repeating this command sends nothing twice, even after it"
                    + " was killed.",
        },
        footer = {
            "",
            "A later run that reads the topic from the start with the new limits reads a redriven image at both"
                    + " offsets."
        })
final class RedriveRejects implements Callable<Integer> {

    @Mixin
    private RejectsCommand.Topics topics;

    @Parameters(
            paramLabel = "PARTITION:OFFSET",
            arity = "0..*",
            description = "Only these images, as 'streamclr rejects list' prints them (default: all).")
    private List<String> images = List.of();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            split = ",",
            description = "Only these reasons: ${COMPLETION-CANDIDATES} (default: all).")
    private Set<RejectReason> reasons = Set.of();

    @Option(
            names = "--images-format",
            paramLabel = "avro|bytes",
            defaultValue = "avro",
            description = "Format of the images topic, as in the job: avro or bytes (default: ${DEFAULT-VALUE}).")
    private ImagesFormat format;

    @Mixin
    private DecodingOptions decoding;

    @Mixin
    private LimitOptions limits;

    @Option(names = "--json", description = "Print one JSON object at the end: sent, still_bad, gone, sent_before.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Set<RejectPlace> places =
                images.stream().map(text -> ShowReject.place(text, spec)).collect(Collectors.toSet());
        ImageDecoder decoder = decoding.in(Recipe.parse("imagenet")).imageDecoder(limits.limits());
        try (Redrive redrive = new Redrive(topics.kafka(), topics.images(), topics.rejects(), format, decoder)) {
            print(redrive.send(reject -> (places.isEmpty() || places.contains(reject.place()))
                    && (reasons.isEmpty() || reasons.contains(reject.reason()))));
        }
        return 0;
    }

    private void print(Redrive.Report report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode figures = new ObjectMapper().createObjectNode();
            figures.put("sent", report.sent());
            figures.put("still_bad", report.stillBad());
            figures.put("gone", report.gone());
            figures.put("sent_before", report.sentBefore());
            out.println(figures);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%,d sent in again, %,d still bad, %,d no longer there, %,d sent before%n",
                    report.sent(),
                    report.stillBad(),
                    report.gone(),
                    report.sentBefore());
        }
        out.flush();
    }
}
