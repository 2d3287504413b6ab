/**
 * Images that became no views: shows them with the reason, and sends them in again once they can be decoded. Enter
 * through {@link io.streamclr.console.rejects.RejectsCommand}. Knows nothing of how views are rendered.
 */
package io.streamclr.console.rejects;
