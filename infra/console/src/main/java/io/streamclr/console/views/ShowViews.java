package io.streamclr.console.views;

import io.streamclr.augment.decode.LeftOut;
import io.streamclr.schemas.record.ViewPair;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr views show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = {
            "Print what was done to view pairs: the crops, the operations and their parameters.",
            "--out draws them into one PNG: each pair as its original with both crop boxes, and the two views, with the"
                    + " operations below."
        })
final class ShowViews implements Callable<Integer> {

    private static final int USUAL_COUNT = 12;

    /** Of one pair alone: a whole multiple of 28, 32 and 224. */
    private static final int LARGE_TILE = 448;

    private static final int SMALL_TILE = 144;

    /** So many of an image id's digits stand in a line of the picture. */
    private static final int ID_DIGITS = 16;

    @Mixin
    private Selection selection;

    @Option(
            names = "--tile",
            paramLabel = "PIXELS",
            description = "With --out: side of each picture, in pixels (default: 448 for one pair, 144 for several).")
    private Integer tile;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Draw the pairs into this PNG file (default: no picture).")
    private Optional<Path> out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (tile != null && out.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--tile is for the picture, so it needs --out FILE");
        }
        if (tile != null && (tile < 16 || tile > 2048)) {
            throw new ParameterException(
                    spec.commandLine(), "--tile is " + tile + ", but 16 to 2048 pixels are possible");
        }
        PrintWriter words = spec.commandLine().getOut();
        LeftOut leftOut = new LeftOut();
        try (ViewLog log = selection.open()) {
            List<ViewLog.Located> pairs = selection.read(log, USUAL_COUNT);
            pairs.forEach(pair -> describe(words, pair));
            if (out.isPresent()) {
                draw(pairs, log, leftOut, out.get());
            }
        }
        if (out.isPresent() && !CaptionedSheet.canWrite()) {
            words.println("This Java finds no fonts, so the picture has no words in it; install one, such as DejaVu"
                    + " Sans, to have them");
        }
        if (leftOut.count() > 0) {
            words.println(leftOut.sentence());
        }
        words.println(
                out.map(file -> "Drawn into " + file.toAbsolutePath()).orElse("--out FILE.png draws these pairs"));
        words.flush();
        return 0;
    }

    private void draw(List<ViewLog.Located> pairs, ViewLog log, LeftOut leftOut, Path file) {
        int side = tile != null ? tile : pairs.size() == 1 ? LARGE_TILE : SMALL_TILE;
        ContactSheet sheet =
                new ContactSheet(pairs.stream().map(ShowViews::captioned).toList(), side);
        for (int i = 0; i < pairs.size(); i++) {
            draw(sheet, i, log, pairs.get(i), leftOut);
        }
        sheet.write(file);
    }

    private static void draw(ContactSheet sheet, int index, ViewLog log, ViewLog.Located located, LeftOut leftOut) {
        log.decodedOriginal(located.pair())
                .match(
                        decoded -> {
                            sheet.draw(index, decoded.pixels());
                            return true;
                        },
                        rejected -> {
                            sheet.drawWithoutOriginal(index);
                            leftOut.add(
                                    "that of the pair at partition " + located.partition() + " offset "
                                            + located.offset(),
                                    rejected);
                            return false;
                        });
    }

    private static ContactSheet.Captioned captioned(ViewLog.Located located) {
        ViewPair pair = located.pair();
        return new ContactSheet.Captioned(
                pair,
                List.of(
                        "partition " + located.partition() + ", offset " + located.offset(),
                        "pass " + pair.getPass(),
                        pair.getFirst().getLineage().getImageWidth() + " x "
                                + pair.getFirst().getLineage().getImageHeight() + " pixels",
                        "image " + pair.getImageId().substring(0, ID_DIGITS),
                        pair.getImageId().substring(ID_DIGITS),
                        "recipe " + located.recipeText(),
                        pair.getRecipe()));
    }

    private static void describe(PrintWriter words, ViewLog.Located located) {
        ViewPair pair = located.pair();
        words.println("partition " + located.partition() + " offset " + located.offset() + ": image "
                + pair.getImageId() + ", pass " + pair.getPass() + ", from partition "
                + pair.getOrigin().getPartition() + " offset "
                + pair.getOrigin().getOffset() + ", recipe " + located.recipeText() + " (" + pair.getRecipe() + ")");
        words.println("  first   " + LineageText.of(pair.getFirst().getLineage()));
        words.println("  second  " + LineageText.of(pair.getSecond().getLineage()));
    }
}
