package io.streamclr.console.device;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.bench.DeviceCheck;
import io.streamclr.trainer.command.Offered;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code streamclr check-gpu}: whether a card can train here. */
@Command(
        name = "check-gpu",
        mixinStandardHelpOptions = true,
        description = {
            "Check whether a GPU can train here, and if not, what is missing.",
            "Trains a small network for two steps on the GPU, in its own process, and compares the loss with the"
                    + " CPU's. The exit code is 0 if they agree."
        })
public final class CheckGpuCommand implements Callable<Integer> {

    /** Of its output as many lines are looked at. */
    private static final int MOST_LINES = 200;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            completionCandidates = Offered.Cards.class,
            defaultValue = "gpu:0",
            description = "GPU, as in train: gpu:0, gpu:1 and so on (default: ${DEFAULT-VALUE}).")
    private String device;

    @Option(names = "--json", description = "Print one JSON object instead of a sentence.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        String name = TorchDevice.parse(device).toString();
        Host host = Host.here(System.getenv());
        Diagnosis diagnosis = diagnose(name, host);
        if (json) {
            spec.commandLine()
                    .getOut()
                    .println(new ObjectMapper()
                            .createObjectNode()
                            .put("device", name)
                            .put("works", diagnosis.works())
                            .put("driver", host.driver().orElse("none"))
                            .put("sentence", diagnosis.sentence()));
        } else {
            spec.commandLine().getOut().println(diagnosis.sentence());
        }
        spec.commandLine().getOut().flush();
        return diagnosis.works() ? 0 : 1;
    }

    private static Diagnosis diagnose(String device, Host host) throws InterruptedException {
        try {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx512m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            DeviceCheck.class.getName(),
                            device)
                    .redirectErrorStream(true)
                    .start();
            child.getOutputStream().close();
            List<String> lines;
            try (Stream<String> output =
                    child.inputReader(StandardCharsets.UTF_8).lines()) {
                lines = output.limit(MOST_LINES).toList();
            }
            return Diagnosis.of(device, host, child.waitFor(), lines);
        } catch (IOException noProcess) {
            throw new RefusalException(
                    "No second process can be started to check the card (" + FileFault.of(noProcess)
                            + "); look at the limits of this user",
                    noProcess);
        }
    }
}
