/**
 * The page in the browser that shows a run: its figures, its pictures, what its encoder has learned. Enter through {@link
 * io.streamclr.console.page.LivePage}, which a training tells what happens, through {@link
 * io.streamclr.console.page.FolderPage}, which knows a run's folder and no run at work, or through {@link
 * io.streamclr.console.page.PageOptions}, which let a person ask for it. All work is done in threads of the page's own, from
 * the topics, from saved encoders and from files: it never holds up a step, and changes nothing of what is trained.
 */
package io.streamclr.console.page;
