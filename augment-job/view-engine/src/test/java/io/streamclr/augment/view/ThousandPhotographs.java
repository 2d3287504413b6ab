package io.streamclr.augment.view;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.identity.ImageId;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints the digest of the views of up to a thousand photographs: what every JVM must print alike. Each photograph is
 * one of eleven JPEG files with other quantisation tables, which makes it another image to the decoder.
 */
final class ThousandPhotographs {

    private static final List<String> KINDS = List.of(
            "444",
            "422",
            "420",
            "411",
            "grey",
            "420-progressive",
            "422-progressive",
            "444-quality-100",
            "420-quality-20",
            "420-sideways",
            "cmyk");

    private static final List<Recipe> RECIPES = List.of(
            Recipe.parse("imagenet,crop.filter=bilinear,size=64"),
            Recipe.parse("cifar,crop.filter=bicubic"),
            Recipe.parse("imagenet,crop.filter=bilinear,size=49,jitter.p=1,blur.p=1,solarize.p=0.5"),
            Recipe.parse("grey"),
            Recipe.parse("imagenet,size=80,crop.filter=bicubic,jitter.brightness=1.5"));

    private static final long RUN_SEED = 2002_05709;

    private ThousandPhotographs() {}

    /** Arguments: how many of the photographs, and how many threads share them. */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[0]);
        ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[1]));
        ThreadLocal<Worker> workers = ThreadLocal.withInitial(Worker::new);
        List<Future<byte[]>> digests = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            int which = number;
            digests.add(threads.submit(() -> workers.get().digest(which)));
        }
        MessageDigest all = MessageDigest.getInstance("SHA-256");
        try {
            for (Future<byte[]> digest : digests) {
                all.update(digest.get());
            }
        } finally {
            threads.shutdownNow(); // or a fault would be told only after all others, if at all
        }
        System.out.println(HexFormat.of().formatHex(all.digest(), 0, 16));
    }

    /** Photograph number 0 to 999. */
    static byte[] photograph(int number) throws IOException {
        String kind = KINDS.get(number % KINDS.size());
        try (InputStream file = ThousandPhotographs.class.getResourceAsStream("/photographs/" + kind + ".jpg")) {
            byte[] jpeg = file.readAllBytes();
            quantiseAnew(jpeg, number / KINDS.size());
            return jpeg;
        }
    }

    /** Stretches the quantisation tables by 24 to 114 64ths, and one entry, another one each time, a little more. */
    private static void quantiseAnew(byte[] jpeg, int variant) {
        int at = 2;
        while ((jpeg[at + 1] & 0xff) != 0xDA) {
            int next = at + 2 + (((jpeg[at + 2] & 0xff) << 8) | (jpeg[at + 3] & 0xff));
            if ((jpeg[at + 1] & 0xff) == 0xDB) {
                for (int table = at + 5; table < next; table += 65) {
                    for (int i = 0; i < 64; i++) {
                        int more = i == variant % 64 ? 1 + variant / 64 : 0;
                        int stretched = (jpeg[table + i] & 0xff) * (24 + variant) / 64;
                        jpeg[table + i] = (byte) Math.min(255, Math.max(1, stretched) + more);
                    }
                }
            }
            at = next;
        }
    }

    /** What one thread works with. */
    private static final class Worker {

        private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.DEFAULT);
        private final List<ViewEngine> engines =
                RECIPES.stream().map(ViewEngine::new).toList();

        /** Of both views with their lineage, by one recipe after the other. */
        byte[] digest(int number) throws Exception {
            byte[] jpeg = photograph(number);
            ImageId id = ImageId.of(jpeg);
            int pass = number % 7;
            ViewEngine engine = engines.get(number % engines.size());
            // As the job does it: only what both views need is decoded.
            Pixels image = decoder.decode(jpeg, engine.wanted(RUN_SEED, id, pass))
                    .match(decoded -> decoded.pixels(), rejected -> {
                        throw new IllegalStateException("Photograph " + number + ": " + rejected.detail());
                    });
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (int view = 0; view < 2; view++) {
                sha256.update(engine.draw(image, RUN_SEED, id, pass, view).toByteBuffer());
            }
            return sha256.digest();
        }
    }
}
