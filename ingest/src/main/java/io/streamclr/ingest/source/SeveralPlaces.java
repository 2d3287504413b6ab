package io.streamclr.ingest.source;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Several places, one after the other. */
final class SeveralPlaces implements ImageSource {

    private final Iterator<Path> rest;
    private final Reading reading;
    private final FolderClasses classes;
    /** The place that is being read; null before the first and after the last. */
    private ImageSource open;

    private long bytesDone;

    SeveralPlaces(List<Path> paths, Reading reading, FolderClasses classes) {
        this.rest = List.copyOf(paths).iterator();
        this.reading = reading;
        this.classes = classes;
    }

    @Override
    public Optional<Found> next() {
        while (open != null || rest.hasNext()) {
            if (open == null) {
                Path place = rest.next();
                ImageSource.requireThere(place);
                open = FileSource.at(place, reading, classes);
            }
            Optional<Found> found = open.next();
            if (found.isPresent()) {
                return found;
            }
            bytesDone += open.bytesRead();
            close();
        }
        return Optional.empty();
    }

    @Override
    public List<String> notes() {
        return classes.notes();
    }

    @Override
    public long bytesRead() {
        return bytesDone + (open == null ? 0 : open.bytesRead());
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
