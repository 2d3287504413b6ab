package io.streamclr.augment.view;

/** How a resized sample weighs the samples around it; both are stretched when shrinking (antialias). */
enum Filter {
    /** The triangle of torchvision's default. */
    BILINEAR(1) {
        @Override
        double weight(double distance) {
            return Math.max(0, 1 - Math.abs(distance));
        }
    },
    /** Keys' cubic with a = -1/2, as Pillow and torchvision with antialias; the SimCLR reference's choice. */
    BICUBIC(2) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            if (x < 1) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    };

    /** How far the filter reaches, in samples of the coarser grid. */
    final double reach;

    Filter(double reach) {
        this.reach = reach;
    }

    abstract double weight(double distance);
}
