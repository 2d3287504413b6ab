package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.it.ContainerEngine.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The services of compose.yaml as containers of a network of their own, with what the file says of each. */
final class ComposedContainers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final BuiltImages images;
    private final String project;
    private final List<String> user;
    private final Map<String, String> variables;
    private final Dockerfile dockerfile;
    private final JsonNode services;

    /** @param user {@code UID:GID} that runs every image of ours, or empty for the image's own */
    ComposedContainers(BuiltImages images, String project, String user, Map<String, String> variables)
            throws IOException {
        this.images = images;
        this.project = project;
        this.user = user.isEmpty() ? List.of() : List.of("--user", user);
        this.variables = variables;
        dockerfile = Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"));
        services = DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("compose.yaml"))
                .get(0)
                .path("services");
        removeAll();
        images.engine().podman("network", "create", project).well();
    }

    /** Runs a service to its good end. */
    Ended runToItsEnd(String name, Map<String, String> instead) throws IOException {
        Ended ended = images.engine().run(words(name, List.of("--rm"), instead, List.of()));
        return ended.well();
    }

    /** Starts a service, with more arguments of its command. */
    void start(String name, Map<String, String> instead, String... more) throws IOException {
        images.engine().run(words(name, List.of("-d"), instead, List.of(more))).well();
    }

    /** Runs a command of ours over the same network, from the image with the command line. */
    Ended console(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("--rm", "--network", project));
        words.add(images.names().get("streamclr"));
        words.addAll(List.of(arguments));
        return images.engine().run(words).well();
    }

    /** Runs a command on what the trainer wrote and on a folder of images, without a network, from one of the two images that have it. */
    Ended ofTrainer(String target, Path pictures, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of("--rm", "--network", "none", "--read-only", "--cap-drop", "all"));
        words.addAll(List.of("-v", project + "-trainer:/var/lib/streamclr", "-v", pictures + ":" + pictures + ":ro"));
        words.addAll(List.of("--tmpfs", "/tmp:exec,mode=1777", "--entrypoint", "streamclr"));
        words.addAll(user);
        words.add(images.names().get(target));
        words.addAll(command);
        return images.engine().run(words);
    }

    private List<String> words(String name, List<String> how, Map<String, String> instead, List<String> more) {
        ComposedService service = service(name);
        boolean ours = !DeploymentFiles.ourName(service.image()).isEmpty();
        List<String> words = new ArrayList<>(how);
        words.addAll(List.of("--network", project));
        words.addAll(service.words(
                images.standingFor(service.image()), project, variables, instead, ours ? user : List.of()));
        words.addAll(more);
        return words;
    }

    private ComposedService service(String name) {
        assertThat(services.has(name)).as(name).isTrue();
        return new ComposedService(name, services.path(name));
    }

    /** Waits until the health check of the file, or of the image, succeeds in the container. */
    void awaitHealthy(String name) throws IOException {
        List<String> check = service(name).healthCheck();
        if (check.isEmpty()) {
            String said = dockerfile
                    .effective(DeploymentFiles.ourName(service(name).image()), "HEALTHCHECK")
                    .orElseThrow()
                    .arguments();
            check = DeploymentFiles.texts(DeploymentFiles.JSON.readTree(said.substring(said.indexOf('['))));
        }
        List<String> words = new ArrayList<>(List.of("exec", project + "-" + name));
        words.addAll(check);
        Awaitility.await(name + " is healthy")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    assertThat(isRunning(name)).as(log(name)).isTrue();
                    return images.engine().podman(words.toArray(String[]::new)).code() == 0;
                });
    }

    /** What a service shows Prometheus; NaN while it does not. */
    double figure(String name, int port, String figure) throws IOException {
        String ask = "exec 3<>/dev/tcp/127.0.0.1/" + port + "; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
        return images.engine()
                .podman("exec", project + "-" + name, "bash", "-c", ask)
                .output()
                .lines()
                .filter(line -> line.startsWith(figure + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(figure.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    boolean isRunning(String name) throws IOException {
        return inspect(name, "{{.State.Running}}").equals("true");
    }

    /** Stops it as {@code compose stop} does, and returns its exit code; killed after the grace it has 137. */
    int stop(String name) throws IOException {
        images.engine().podman("stop", project + "-" + name).well();
        return Integer.parseInt(inspect(name, "{{.State.ExitCode}}"));
    }

    /** Stopped, it is started once more. */
    void startAgain(String name) throws IOException {
        images.engine().podman("start", project + "-" + name).well();
    }

    String log(String name) throws IOException {
        return images.engine().podman("logs", project + "-" + name).output();
    }

    private String inspect(String name, String format) throws IOException {
        return lastLine(images.engine()
                .podman("inspect", "--type", "container", "--format", format, project + "-" + name)
                .well());
    }

    /** Where a named volume lies on this machine. */
    Path volume(String name) throws IOException {
        return Path.of(lastLine(images.engine()
                .podman("volume", "inspect", "--format", "{{.Mountpoint}}", project + "-" + name)
                .well()));
    }

    private static String lastLine(Ended ended) {
        return ended.output().lines().reduce("", (before, line) -> line);
    }

    private void removeAll() throws IOException {
        ContainerEngine engine = images.engine();
        for (String name : (Iterable<String>) services::fieldNames) {
            engine.podman("rm", "-f", "-t", "0", "-v", project + "-" + name);
        }
        for (String volume : List.of("kafka", "flink", "embed", "trainer")) {
            engine.podman("volume", "rm", "-f", project + "-" + volume);
        }
        engine.podman("network", "rm", "-f", project);
    }

    @Override
    public void close() throws IOException {
        removeAll();
    }
}
