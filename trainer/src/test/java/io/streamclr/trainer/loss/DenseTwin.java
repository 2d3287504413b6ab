package io.streamclr.trainer.loss;

/** NT-Xent as the paper writes it: every pair of views, one after the other, in 64 bits; slow and obvious. */
record DenseTwin(double loss, double[] gradient) {

    static DenseTwin of(float[] z, int width, int[] images, double temperature) {
        int views = z.length / width;
        int pairs = views / 2;
        double[][] u = new double[views][width];
        double[] norm = new double[views];
        for (int i = 0; i < views; i++) {
            for (int d = 0; d < width; d++) {
                norm[i] += (double) z[i * width + d] * z[i * width + d];
            }
            norm[i] = Math.sqrt(norm[i]);
            for (int d = 0; d < width; d++) {
                u[i][d] = z[i * width + d] / norm[i];
            }
        }
        double loss = 0;
        double[][] du = new double[views][width];
        for (int i = 0; i < views; i++) {
            int partner = (i + pairs) % views;
            double[] similarity = new double[views];
            double others = 0;
            double positive = dot(u[i], u[partner]) / temperature;
            for (int j = 0; j < views; j++) {
                similarity[j] = dot(u[i], u[j]) / temperature;
                if (images[i % pairs] != images[j % pairs]) {
                    others += Math.exp(similarity[j] - positive);
                }
            }
            loss += Math.log1p(others) / views;
            for (int j = 0; j < views; j++) {
                boolean other = images[i % pairs] != images[j % pairs];
                double weight = other ? Math.exp(similarity[j] - positive) / (1 + others) : 0;
                if (j == partner) {
                    weight = -others / (1 + others);
                }
                for (int d = 0; d < width; d++) {
                    du[i][d] += weight * u[j][d] / (views * temperature);
                    du[j][d] += weight * u[i][d] / (views * temperature);
                }
            }
        }
        double[] gradient = new double[z.length];
        for (int i = 0; i < views; i++) {
            double along = dot(u[i], du[i]);
            for (int d = 0; d < width; d++) {
                gradient[i * width + d] = (du[i][d] - u[i][d] * along) / norm[i];
            }
        }
        return new DenseTwin(loss, gradient);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }
}
