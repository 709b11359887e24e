package io.freshet.serving.http;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.Target;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.VersionStatus;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;

/** Answers what clients ask of a model besides predictions. */
final class ModelRoutes {

    static final String NAME = "name";
    static final String VERSION = "version";
    static final String LABEL = "label";

    private final Inference inference;
    private final ModelManager models;

    ModelRoutes(Inference inference, ModelManager models) {
        this.inference = inference;
        this.models = models;
    }

    /** A page on a version that is in service. */
    Handler<RoutingContext> page(Function<ModelDescriptor, Object> content) {
        return context -> {
            switch (inference.find(context.pathParam(NAME), selector(context))) {
                case Target.Found found -> Pages.write(context, 200, content.apply(found.descriptor()));
                case Target.Missing missing -> Pages.error(context, missing.failure());
            }
        };
    }

    /** TensorFlow Serving's status: of all versions of the model that there is something to say of, or of one. */
    void status(RoutingContext context) {
        String name = context.pathParam(NAME);
        List<VersionStatus> known = models.statuses(name).stream()
                .filter(status -> isWanted(name, selector(context), status))
                .toList();
        if (known.isEmpty()) {
            Pages.error(context, Refusals.noVersions(name));
        } else {
            Pages.write(context, 200, ModelPages.status(known));
        }
    }

    private boolean isWanted(String name, Selector wanted, VersionStatus status) {
        return switch (wanted) {
            case Selector.InService all -> true;
            case Selector.Version version -> status.version().version() == version.version();
            case Selector.Label label ->
                inference.find(name, label) instanceof Target.Found found
                        && found.descriptor().modelVersion().equals(status.version());
        };
    }

    /** Which version the path asks for. */
    static Selector selector(RoutingContext context) {
        String version = context.pathParam(VERSION);
        String label = context.pathParam(LABEL);
        if (version != null) {
            return new Selector.Version(Long.parseLong(version));
        }
        return label != null ? new Selector.Label(label) : new Selector.InService();
    }
}
