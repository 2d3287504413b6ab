package io.streamclr.stream.source;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;

/** Hands images on in the task's thread and notes, for the checkpoint, where each partition goes on. */
@SuppressWarnings("try") // Flink's base class declares that closing may be interrupted.
final class PassSourceReader
        extends SingleThreadMultiplexSourceReaderBase<RawImage, RawImage, PartitionSplit, PassSourceReader.Progress> {

    /** A split that moves on; the task's thread alone sees it. */
    static final class Progress {
        private PartitionSplit split;

        private Progress(PartitionSplit split) {
            this.split = split;
        }
    }

    PassSourceReader(
            Supplier<SplitReader<RawImage, PartitionSplit>> reader,
            Configuration configuration,
            SourceReaderContext context) {
        super(
                new SingleThreadFetcherManager<>(reader, configuration),
                (image, output, progress) -> {
                    output.collect(image, image.arrivedAt());
                    progress.split = progress.split.at(image.pass(), image.offset() + 1);
                },
                configuration,
                context);
    }

    @Override
    protected void onSplitFinished(Map<String, Progress> finished) {
        // Nothing waits for it: the enumerator has said that no more splits come.
    }

    @Override
    protected Progress initializedState(PartitionSplit split) {
        return new Progress(split);
    }

    @Override
    protected PartitionSplit toSplitType(String splitId, Progress progress) {
        return progress.split;
    }
}
