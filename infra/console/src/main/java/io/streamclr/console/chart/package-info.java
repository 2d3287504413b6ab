/**
 * Figures as pictures: curves with error bars, heat maps, confusion matrices, each as a PNG and an SVG file. Enter
 * through {@link io.streamclr.console.chart.ChartFolder} with {@link io.streamclr.console.chart.Curves} or a
 * {@link io.streamclr.console.chart.HeatMap}. Knows nothing of what the figures mean.
 */
package io.streamclr.console.chart;
