package io.streamclr.trainer.card;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** The files that an encoder may lie in. */
enum Shipped {
    TORCHSCRIPT("encoder.pt"),
    SAFETENSORS("encoder.safetensors"),
    ONNX("encoder.onnx"),
    TRANSFORMERS("model.safetensors");

    private final String file;

    Shipped(String file) {
        this.file = file;
    }

    /** Those that are in a folder. */
    static Set<Shipped> in(Path folder) {
        Set<Shipped> there = EnumSet.noneOf(Shipped.class);
        Arrays.stream(values())
                .filter(each -> Files.isRegularFile(folder.resolve(each.file)))
                .forEach(there::add);
        return there;
    }

    String file() {
        return file;
    }
}
