package io.streamclr.stream.options;

import io.streamclr.augment.decode.CutImages;
import io.streamclr.augment.decode.JpegDecoder;
import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.augment.view.Recipe;
import picocli.CommandLine.Option;

/** The options that say who decodes images, where that is not left to the recipe. */
public final class DecodingOptions {

    @Option(
            names = "--decoder",
            paramLabel = "imageio|turbojpeg",
            description = "JPEG decoder: imageio, or turbojpeg, which needs libturbojpeg and can downscale large"
                    + " photographs while decoding; the two give different pixels (default: the recipe's, imageio).")
    private JpegDecoder decoder;

    @Option(
            names = "--cut-images",
            paramLabel = "reject|keep",
            description = "Truncated JPEG files: reject, or keep, which decodes what is there and fills the rest with"
                    + " grey (default: the recipe's, reject).")
    private CutImages cutImages;

    @Option(
            names = "--system-formats",
            paramLabel = "no|exact|all",
            description = "Decode HEIC, AVIF and JPEG XL with the system's libheif and libjxl: no; exact, only what"
                    + " every version of them decodes identically; or all, lossy JPEG XL too, whose views may differ"
                    + " between machines (default: the recipe's, no).")
    private SystemFormats systemFormats;

    /** A recipe with what these options say. */
    public Recipe in(Recipe recipe) {
        Recipe by = decoder == null ? recipe : recipe.with("decoder", decoder.toString());
        by = cutImages == null ? by : by.with("cut-images", cutImages.toString());
        return systemFormats == null ? by : by.with("system-formats", systemFormats.toString());
    }
}
