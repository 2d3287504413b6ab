package io.streamclr.it;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A Flink cluster in one JVM, and Flink's own command {@code flink} beside it: each line of the standard input is one
 * command, its words separated by tabs, and is answered by what that prints and by its exit code.
 */
final class FlinkShell {

    private FlinkShell() {}

    /** @param arguments folder of Flink's configuration */
    public static void main(String[] arguments) throws Exception {
        Configuration configuration = GlobalConfiguration.loadConfiguration(arguments[0]);
        MiniClusterConfiguration size = new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build();
        MiniCluster cluster = new MiniCluster(size);
        cluster.start();
        CliFrontend flink =
                new CliFrontend(configuration, CliFrontend.loadCustomCommandLines(configuration, arguments[0]));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            int code = flink.parseAndRun(command.split("\t", -1));
            System.out.println("exit " + code);
        }
        cluster.closeAsync().join();
    }
}
