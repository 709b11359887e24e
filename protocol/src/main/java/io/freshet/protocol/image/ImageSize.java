package io.freshet.protocol.image;

/** Width and height in pixels, as a file says them. */
record ImageSize(int width, int height) {}
