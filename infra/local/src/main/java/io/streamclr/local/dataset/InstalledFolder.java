package io.streamclr.local.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that this machine has in a folder of its own. */
record InstalledFolder(Path source) implements Way {

    @Override
    public void fetchInto(Path folder, List<Part> parts, FetchListener listener) throws IOException {
        if (!Files.isDirectory(source)) {
            throw new IOException("not installed");
        }
        for (Part part : parts) {
            Files.copy(source.resolve(part.file()), folder.resolve(part.file()));
        }
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
