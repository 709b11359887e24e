package io.freshet.serving.http;

import io.freshet.protocol.bundle.ModelDescriptor;
import io.freshet.serving.model.ModelManager;
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
        Optional<String> wanted = wantedVersion(context);
        Optional<ModelDescriptor> inService = model.descriptor();
        Optional<ModelDescriptor> found = inService.filter(
                descriptor -> wanted.isEmpty() || wanted.get().equals(Long.toString(descriptor.version())));
        if (found.isPresent()) {
            Pages.write(context, 200, content.apply(found.get()));
        } else {
            Failure failure = Failure.otherVersion(
                    model.name(), wanted.orElse("in service"), inService.map(ModelDescriptor::modelVersion));
            Pages.error(context, failure);
        }
    }

    /** TensorFlow Serving's status: of all versions of the model that there is something to say of, or of one. */
    void status(RoutingContext context) {
        String name = context.pathParam(NAME);
        Optional<String> wanted = wantedVersion(context);
        List<VersionStatus> known = models.statuses(name).stream()
                .filter(status -> wanted.isEmpty()
                        || wanted.get().equals(Long.toString(status.version().version())))
                .toList();
        if (known.isEmpty()) {
            Pages.error(context, Failure.noVersions(name, wanted));
        } else {
            Pages.write(context, 200, ModelPages.status(known));
        }
    }

    static Optional<String> wantedVersion(RoutingContext context) {
        return Optional.ofNullable(context.pathParam(VERSION));
    }
}
