package io.streamclr.augment.decode;

import io.streamclr.augment.decode.child.Serving;
import io.streamclr.augment.decode.heif.HeifLibrary;
import io.streamclr.augment.decode.jxl.JxlLibrary;
import java.io.IOException;

/** The program of the processes in which the system's libraries decode; only this one loads them. */
final class SystemLibraries {

    private SystemLibraries() {}

    public static void main(String[] arguments) throws IOException {
        Serving.run(arguments, new HeifLibrary(), new JxlLibrary());
    }
}
