/**
 * Images that became no views: shows them with the reason, and sends them in again once they can be drawn. Enter
 * through {@link io.streamclr.console.rejects.RejectsCommand}. Knows nothing of how views are drawn.
 */
package io.streamclr.console.rejects;
