/**
 * Gets the pictures that a first run learns from, and looks at some of them. Enter through
 * {@link io.streamclr.local.dataset.FashionMnist} or {@link io.streamclr.local.dataset.Cifar10}, which try one way after the
 * other and hand out only files whose content has the digest it should have, and
 * {@link io.streamclr.local.dataset.SampledImages}. Knows nothing of topics.
 */
package io.streamclr.local.dataset;
