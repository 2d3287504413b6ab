package io.streamclr.console.page;

import io.streamclr.schemas.RefusalException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What a viewer of a run at work asks for, made by the worker whose it is.
 *
 * @param pictures the worker of the pairs
 * @param gallery all images of the gallery; empty before there are any
 */
record WorkerAnswers(
        Worker pictures, NewestPairs pairs, Supplier<Optional<byte[]>> gallery, StreamPart stream, RunsBeside runs)
        implements PageServer.Answers {

    private static final long ANSWER_SECONDS = 20;

    @Override
    public byte[] png(NewestPairs.Place place, NewestPairs.Part part) {
        return answer(() -> pairs.png(place, part));
    }

    @Override
    public String lineage(NewestPairs.Place place) {
        return answer(() -> pairs.lineage(place).toString());
    }

    @Override
    public byte[] galleryPicture() {
        return gallery.get().orElseThrow(() -> new RefusalException("No encoder has been shown images yet"));
    }

    @Override
    public byte[] streamPicture(Thumbnails.Place place) {
        return stream.png(place);
    }

    private <T> T answer(Callable<T> question) {
        Future<T> answer = pictures.ask(question);
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RefusalException refusal) {
                throw refusal;
            }
            throw new IllegalStateException("A picture cannot be made", failed.getCause());
        } catch (TimeoutException slow) {
            throw new RefusalException("The topics did not give the pair in time; try again", slow);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new RefusalException("The page is closing", closing);
        }
    }
}
