package io.streamclr.augment;

import io.streamclr.augment.view.Recipe;
import picocli.CommandLine.Option;

/** The options that say who decodes images, where that is not left to the recipe. */
public final class DecodingOptions {

    @Option(
            names = "--decoder",
            paramLabel = "NAME",
            description = "Who decodes JPEG files: imageio, or turbojpeg, which needs libturbojpeg and can shrink large"
                    + " photographs while it decodes them, with other bytes. Default: the recipe's (imageio).")
    private String decoder;

    @Option(
            names = "--cut-images",
            paramLabel = "WHAT",
            description =
                    "What becomes of JPEG files that were cut off after their header: reject, or keep, which shows"
                            + " what is there of them, and grey below it. Default: the recipe's (reject).")
    private String cutImages;

    @Option(
            names = "--system-formats",
            paramLabel = "WHICH",
            description = "Whether the system's libheif and libjxl, where they are, decode HEIC, AVIF and JPEG XL: no;"
                    + " exact, what every version of them decodes alike; or all, JPEG XL with losses too, whose views"
                    + " may differ from machine to machine. Default: the recipe's (no).")
    private String systemFormats;

    /**
     * A recipe with what these options say.
     *
     * @throws io.streamclr.schemas.RefusalException if a value makes no sense
     */
    public Recipe in(Recipe recipe) {
        Recipe by = decoder == null ? recipe : recipe.with("decoder", decoder);
        by = cutImages == null ? by : by.with("cut-images", cutImages);
        return systemFormats == null ? by : by.with("system-formats", systemFormats);
    }
}
