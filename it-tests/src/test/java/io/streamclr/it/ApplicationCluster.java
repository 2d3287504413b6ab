package io.streamclr.it;

import java.io.File;
import java.util.Arrays;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.DefaultPackagedProgramRetriever;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;

/**
 * A JobManager that runs one application, whose classes it and the TaskManagers load from a folder of jars, or have on
 * their class path where there is no such folder. It stands in for what Flink's image starts as {@code standalone-job}, whose
 * class takes the folder of jars from the layout of the image.
 */
@SuppressWarnings("try") // Flink's own, of its close()
final class ApplicationCluster extends ApplicationClusterEntryPoint {

    private ApplicationCluster(Configuration configuration, PackagedProgram program) {
        super(configuration, program, StandaloneResourceManagerFactory.getInstance());
    }

    /** @param arguments folder of the configuration, folder of the jars, main class, and what follows is for that one */
    public static void main(String[] arguments) throws Exception {
        Configuration configuration = GlobalConfiguration.loadConfiguration(arguments[0]);
        File jars = new File(arguments[1]);
        PackagedProgram program = DefaultPackagedProgramRetriever.create(
                        jars.isDirectory() ? jars : null,
                        arguments[2],
                        Arrays.copyOfRange(arguments, 3, arguments.length),
                        configuration)
                .getPackagedProgram();
        configureExecution(configuration, program);
        ClusterEntrypoint.runClusterEntrypoint(new ApplicationCluster(configuration, program));
    }
}
