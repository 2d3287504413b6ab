/**
 * The page in the browser that shows a run while it trains: its figures, its pictures, what its encoder has learned.
 * Enter through {@link io.streamclr.console.page.LivePage}, which a training tells what happens, or through
 * {@link io.streamclr.console.page.PageOptions}, which let a person ask for it. All work is done in threads of the page's
 * own, from the topics and from saved encoders: it never holds up a step, and changes nothing.
 */
package io.streamclr.console.page;
