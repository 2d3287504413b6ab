package io.streamclr.augment.decode.child;

import io.streamclr.augment.decode.format.TooLargeException;
import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.IIOException;

/**
 * Asks libraries of the system in a process of their own, which is started when it is needed first, serves one question after
 * the other, and ends with this object or with this process, whichever is first. For one thread.
 *
 * <p>An image at which two processes in a row are lost is refused. One would tell of the machine as well: a process that the
 * system ended because memory was short somewhere, or that stood still with the whole machine.
 */
public final class LibraryProcess implements AutoCloseable {

    private static final int TRIES = 2;
    private static final Cleaner CLEANER = Cleaner.create();

    private final ChildCommand command;
    private final int mostSeconds;
    private final AtomicReference<Child> running = new AtomicReference<>();

    /**
     * Starts nothing yet.
     *
     * @param program has a {@code main} that calls {@link Serving#run}
     * @param mostMemory bytes that a process may take for an image, beside what it has at its beginning
     * @param mostSeconds that a question may take
     */
    public LibraryProcess(Class<?> program, long mostMemory, int mostSeconds) {
        this.command = new ChildCommand(program, mostMemory);
        this.mostSeconds = mostSeconds;
        AtomicReference<Child> its = running;
        CLEANER.register(this, () -> end(its));
    }

    /**
     * Whether a library is there.
     *
     * @throws IIOException if no process can be started for it
     */
    public boolean has(String library) throws IIOException {
        return child(library).has(library);
    }

    /**
     * Asks something about a file.
     *
     * @throws IOException if the file is broken or, as an {@link IIOException}, of a form that is not read; or if the library
     *     loses its process over it
     */
    public <T> T ask(AskedFile file, String library, Question question, AnswerReader<T> reader) throws IOException {
        for (int tries = 1; ; tries++) {
            Child child = child(library);
            try {
                return child.ask(file, library, question.bytes(), reader, mostSeconds);
            } catch (LostException lost) {
                end(running);
                if (tries == TRIES) {
                    throw refusal(file.format(), library, lost);
                }
            } catch (RuntimeException | Error notUnderstood) {
                // Whatever is left of the answer would be taken for the next.
                end(running);
                throw notUnderstood;
            }
        }
    }

    private Child child(String library) throws IIOException {
        Child child = running.get();
        if (child != null) {
            return child;
        }
        try {
            child = Child.start(command);
            running.set(child);
            return child;
        } catch (IOException none) {
            throw new IIOException(
                    "the images that " + library + " decodes are not supported on this machine now, because no process"
                            + " can be started for it: " + FileFault.of(none),
                    none);
        }
    }

    private IOException refusal(String format, String library, LostException lost) {
        String twice = ", in " + TRIES + " processes that had nothing else to do";
        switch (lost.how()) {
            case MEMORY:
                return new TooLargeException(String.format(
                        Locale.ROOT,
                        "The %s image needs more memory than %s may have for one (%,d MiB)%s; --max-pixels decides how much",
                        format,
                        library,
                        command.mostMemory() >> 20,
                        twice));
            case TIME:
                return new IOException("the " + format + " image keeps " + library + " busy for more than "
                        + mostSeconds + " seconds" + twice);
            default:
                return new IOException("the " + format + " image ends the process of " + library + " ("
                        + lost.getMessage() + ")" + twice);
        }
    }

    private static void end(AtomicReference<Child> its) {
        Child child = its.getAndSet(null);
        if (child != null) {
            child.end();
        }
    }

    /** Ends the process; a question after that starts another. */
    @Override
    public void close() {
        end(running);
    }
}
