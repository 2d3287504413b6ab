package io.streamclr.augment.decode.child;

import java.io.IOException;

/** The program of a process that serves nothing. */
final class NoLibraries {

    private NoLibraries() {}

    public static void main(String[] arguments) throws IOException {
        Serving.run(arguments);
    }
}
