package io.streamclr.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.push.PushServer;
import io.streamclr.ingest.push.Token;
import io.streamclr.process.command.MetricsOptions;
import io.streamclr.process.command.Stoppable;
import io.streamclr.process.command.Terminal;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.schemas.RefusalException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code streamclr receive}: takes images that others post. */
@Command(
        name = "receive",
        sortOptions = false,
        description =
                "Receive images over HTTP and send them to the topic of images, without duplicates, until Ctrl-C.",
        footer = {
            "",
            "POST /images takes one image (Content-Type image/... or application/octet-stream), a form"
                    + " (multipart/form-data, every file in it), or JSON lines (application/x-ndjson, each with"
                    + " field image in base64). The status is 202 when the broker has acknowledged every image of"
                    + " the request, 422 when some are refused, 429 when too much is in flight, and 503 when the"
                    + " broker does not answer; the body has each image's ID. See also GET /health and GET"
                    + " /openapi.json.",
            "",
            "  curl --data-binary @IMAGE.jpg -H 'Content-Type: image/jpeg' http://127.0.0.1:8040/images?class=cat",
            "",
            "The query, or a field of a JSON line, may say source, class (its name), label (its number) and capturedAt.",
            "",
            "On shutdown, requests in progress are answered first."
        })
public final class ReceiveCommand implements Callable<Integer> {

    private static final Duration LAST_ANSWERS = Duration.ofSeconds(180);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8040",
            description = "Port to listen on; 0 takes a free port and prints it (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen on; 0.0.0.0 is every address, and needs a token. For TLS use a reverse"
                    + " proxy (default: ${DEFAULT-VALUE}, this machine only).")
    private String host;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with an access token of 16 characters or more; requests must then carry the header"
                    + " 'Authorization: Bearer TOKEN'.")
    private Optional<Path> tokenFile;

    @Option(
            names = "--in-flight",
            paramLabel = "MIB",
            defaultValue = "64",
            description = "Maximum MiB of requests that are being read or not yet acknowledged by the broker; beyond"
                    + " that requests get 429 (default: ${DEFAULT-VALUE}).")
    private long inFlightMebibytes;

    @Mixin
    private TopicOptions topic;

    @Mixin
    private MetricsOptions metrics;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(names = "--json", description = "Print the totals as one JSON object, on the last line.")
    private boolean json;

    /** @throws RefusalException if something is wrong that the user can fix */
    @Override
    public Integer call() throws Exception {
        PushServer.Config config = new PushServer.Config(
                host,
                port,
                tokenFile.map(Token::in).orElse(Token.none()),
                inFlightMebibytes << 20,
                topic.reading().maxImageBytes(),
                topic.attributes());
        CountDownLatch asked = new CountDownLatch(1);
        try (ImageTopic images = open()) {
            return Stoppable.work(LAST_ANSWERS, asked::countDown, () -> {
                receive(config, images, asked);
                tell(images);
                return 0;
            });
        }
    }

    private void receive(PushServer.Config config, ImageTopic images, CountDownLatch asked)
            throws InterruptedException {
        try (MetricsEndpoint counted = metrics.open();
                PushServer server = PushServer.start(config, images, counted.registry(), Clock.systemUTC())) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("Taking images at http://" + host + ":" + server.port() + "/images; Ctrl-C stops.");
            out.flush();
            asked.await();
        }
    }

    private ImageTopic open() {
        try (ProgressDisplay display = Terminal.isThere()
                ? ProgressDisplay.bar()
                : ProgressDisplay.lines(spec.commandLine().getErr(), System::nanoTime)) {
            return ImageTopic.open(
                    topic.kafka(),
                    topic.topic(),
                    topic.knowledge(),
                    topic.reading().maxImageBytes(),
                    display);
        }
    }

    private void tell(ImageTopic images) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(String.format(
                Locale.ROOT, "%,d images sent (%.1f MB)", images.acknowledged(), images.acknowledgedBytes() / 1e6));
        if (json) {
            out.println(new ObjectMapper()
                    .createObjectNode()
                    .put("sent", images.acknowledged())
                    .put("bytes", images.acknowledgedBytes()));
        }
        out.flush();
    }
}
