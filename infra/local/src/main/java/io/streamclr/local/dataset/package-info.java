/**
 * Gets the pictures that a first run learns from. Enter through {@link io.streamclr.local.dataset.FashionMnist}, which
 * tries one way after the other and hands out only files whose content has the digest it should have. Knows nothing of
 * topics, and does not look into the pictures.
 */
package io.streamclr.local.dataset;
