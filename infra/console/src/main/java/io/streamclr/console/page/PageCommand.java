package io.streamclr.console.page;

import io.streamclr.console.Home;
import io.streamclr.process.command.Stoppable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code streamclr page}: a run in the browser, by the files that it left. */
@Command(
        name = "page",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Show a run in the browser, also after it has ended: curves, settings, results, pictures.",
            "Reads the run's folder: no broker and no trainer need be there, and nothing is changed. A run that"
                    + " another process trains is followed as its files grow. Pictures are those that the live page"
                    + " (of 'demo', or 'train --page-port') kept. Ctrl-C ends it.",
            "With --bootstrap-server it also shows what 'embed --follow' makes of the stream: the newest images with"
                    + " their neighbours, and whether they drift."
        })
public final class PageCommand implements Callable<Integer> {

    @Option(
            names = "--run",
            paramLabel = "PATH|NAME",
            required = true,
            description = "The run's directory, or its name under --checkpoints; 'demo' is the demo that was started"
                    + " last. Given again, each is another run to compare with the first; the others beside it can be"
                    + " chosen on the page.")
    private List<String> runs;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            defaultValue = "checkpoints",
            description = "Root directory of all runs, for names (default: ${DEFAULT-VALUE}).")
    private Path checkpoints;

    @Mixin
    private Home home;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port to show it at; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Mixin
    private ViewerOptions viewers;

    @Mixin
    private StreamOptions stream;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        RunPlaces places = new RunPlaces(checkpoints, home.folder());
        List<Path> folders = runs.stream().map(places::find).toList();
        CountDownLatch asked = new CountDownLatch(1);
        try (FolderPage page = FolderPage.open(
                viewers.at(port), folders.get(0), folders.subList(1, folders.size()), stream.topics())) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("The run is shown at " + page.uri() + " until Ctrl-C");
            out.flush();
            return Stoppable.work(Duration.ofSeconds(5), asked::countDown, () -> {
                asked.await();
                return 0;
            });
        }
    }
}
