/**
 * Says what was built: version and commit, as the build wrote them down.
 *
 * <p>Enter through {@link io.streamclr.process.version.Build}.
 */
package io.streamclr.process.version;
