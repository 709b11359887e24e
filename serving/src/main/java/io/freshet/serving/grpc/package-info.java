/** The way in for gRPC: calls as HTTP/2 brings them, the Open Inference Protocol, and gRPC's health check. */
@NullMarked
package io.freshet.serving.grpc;

import org.jspecify.annotations.NullMarked;
