package io.streamclr.console.page;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.file.Path;

/**
 * The run that a page shows, and where it leaves its traces.
 *
 * @param run its name
 * @param imagesTopic the images that its views are rendered from
 * @param viewsTopic the views that it is trained on
 * @param rejectsTopic the images that became no views
 * @param group the consumer group by which the trained offsets are reported
 * @param folder of its checkpoints
 * @param threads of PyTorch in this process: an encoder that is loaded beside the training must ask for as many, because
 *     the number is one for the whole process
 * @param settings the settings of the training, which comes before whatever an encoder beside it would limit in the process
 */
record ShownRun(
        KafkaConnection kafka,
        String run,
        String imagesTopic,
        String viewsTopic,
        String rejectsTopic,
        String group,
        Path folder,
        int threads,
        TrainConfig settings) {

    static ShownRun of(TrainConfig config, String imagesTopic, String rejectsTopic) {
        return new ShownRun(
                config.topics().kafka(),
                config.runId(),
                imagesTopic,
                config.topics().views(),
                rejectsTopic,
                config.monitoringGroup(),
                config.folder(),
                config.computing().threads(),
                config);
    }
}
