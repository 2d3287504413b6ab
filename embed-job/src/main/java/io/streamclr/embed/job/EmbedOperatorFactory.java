package io.streamclr.embed.job;

import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.source.RawImage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes the operator that embeds, in each worker. */
public final class EmbedOperatorFactory extends AbstractStreamOperatorFactory<Outgoing>
        implements OneInputStreamOperatorFactory<RawImage, Outgoing> {

    private static final long serialVersionUID = 1L;

    private final EmbedSettings settings;

    public EmbedOperatorFactory(EmbedSettings settings) {
        this.settings = settings;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    @SuppressWarnings("unchecked") // as Flink's own factories do: the type is that of this factory
    public <T extends StreamOperator<Outgoing>> T createStreamOperator(StreamOperatorParameters<Outgoing> parameters) {
        return (T) new EmbedOperator(parameters, settings);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return EmbedOperator.class;
    }
}
