package io.streamclr.local.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A way to the files of a data set. Its text says where it leads, for people. */
interface Way {

    /**
     * Puts the files into the folder; whoever calls verifies them.
     *
     * @throws IOException if that cannot be done; the message says why, in a few words
     */
    void fetchInto(Path folder, List<Part> parts, FetchListener listener) throws IOException;
}
