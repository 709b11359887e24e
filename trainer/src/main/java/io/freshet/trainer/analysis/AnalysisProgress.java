package io.freshet.trainer.analysis;

/** Is told how far an analysis has come; may be called on several threads. */
@FunctionalInterface
public interface AnalysisProgress {

    /** @param stage what is being done, for people */
    void reached(String stage, int done, int of);
}
