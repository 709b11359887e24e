package io.freshet.serving.rollout;

/** How a version on trial sees traffic. A stage whose share is 0 is left out. */
public enum Stage {

    /** It answers copies of requests; nobody sees its answers. */
    SHADOW,

    /** It answers a share of the requests. */
    CANARY
}
