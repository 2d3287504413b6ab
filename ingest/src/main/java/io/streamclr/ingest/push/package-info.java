/**
 * Images that others bring: an HTTP server that puts what is posted to it into the topic, and answers when the broker has
 * it. Enter through {@link io.streamclr.ingest.push.PushServer}; {@code openapi.json} beside it describes what it
 * understands. Every request reserves the memory that it may take before anything of its body is read, and gives it back
 * when the broker has acknowledged what was in it: so a slow broker means fewer requests and never more memory.
 */
package io.streamclr.ingest.push;
