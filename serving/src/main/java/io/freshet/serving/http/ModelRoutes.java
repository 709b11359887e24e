package io.freshet.serving.http;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ModelManager;
import io.freshet.serving.model.Selector;
import io.freshet.serving.model.ServedModel;
import io.freshet.serving.model.VersionStatus;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Answers what clients ask of a model besides predictions. */
final class ModelRoutes {

    static final String NAME = "name";
    static final String VERSION = "version";
    static final String LABEL = "label";

    private final ModelManager models;

    ModelRoutes(ModelManager models) {
        this.models = models;
    }

    /** A page on the version in service, which is the only one that there is a page on. */
    Handler<RoutingContext> page(Function<ModelDescriptor, Object> content) {
        return context -> {
            String name = context.pathParam(NAME);
            switch (models.find(name)) {
                case ModelManager.Lookup.InService found -> write(context, found.model(), content);
                case ModelManager.Lookup.NotYet notYet -> Pages.error(context, Failure.notReady(name));
                case ModelManager.Lookup.Unknown unknown ->
                    Pages.error(context, Failure.unknownModel(name, unknown.others()));
            }
        };
    }

    private static void write(RoutingContext context, ServedModel model, Function<ModelDescriptor, Object> content) {
        Selector wanted = selector(context);
        Optional<ModelDescriptor> found = model.descriptor(wanted);
        if (found.isPresent()) {
            Pages.write(context, 200, content.apply(found.get()));
        } else {
            Pages.error(context, Failure.otherVersion(model.name(), wanted, model.versions()));
        }
    }

    /** TensorFlow Serving's status: of all versions of the model that there is something to say of, or of one. */
    void status(RoutingContext context) {
        String name = context.pathParam(NAME);
        List<VersionStatus> known = models.statuses(name).stream()
                .filter(status -> isWanted(name, selector(context), status))
                .toList();
        if (known.isEmpty()) {
            Pages.error(context, Failure.noVersions(name));
        } else {
            Pages.write(context, 200, ModelPages.status(known));
        }
    }

    private boolean isWanted(String name, Selector wanted, VersionStatus status) {
        return switch (wanted) {
            case Selector.InService all -> true;
            case Selector.Version version -> status.version().version() == version.version();
            case Selector.Label label ->
                models.find(name) instanceof ModelManager.Lookup.InService found
                        && found.model()
                                .descriptor(label)
                                .filter(descriptor -> descriptor.modelVersion().equals(status.version()))
                                .isPresent();
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
