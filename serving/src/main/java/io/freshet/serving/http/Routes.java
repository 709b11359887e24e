package io.freshet.serving.http;

import io.freshet.serving.model.ModelManager;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is to be found under which path. */
final class Routes {

    private record Server(String name, String version, List<String> extensions) {}

    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String V1_MODEL =
            "/v1/models/(?<name>[^/:]+)(?:/versions/(?<version>\\d{1,18})|/labels/(?<label>[^/:]+))?";
    private static final String V2_MODEL = "/v2/models/(?<name>[^/]+)(?:/versions/(?<version>\\d{1,18}))?";

    private final ModelManager models;
    private final PredictionEndpoint predictions;
    private final FeedbackEndpoint feedback;
    private final PrometheusMeterRegistry registry;
    private final Dialect plainImage = new PlainImage();
    private final Dialect tensorFlowServing = new TensorFlowServing();
    private final Dialect openInference = new OpenInference();

    Routes(
            ModelManager models,
            PredictionEndpoint predictions,
            FeedbackEndpoint feedback,
            PrometheusMeterRegistry registry) {
        this.models = models;
        this.predictions = predictions;
        this.feedback = feedback;
        this.registry = registry;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        addModels(router, new ModelRoutes(models));
        router.postWithRegex("/v1/feedback/(?<" + FeedbackEndpoint.ID + ">[^/]+)")
                .handler(feedback::handle);
        router.get("/v2").handler(context -> Pages.write(context, 200, server()));
        for (String path : List.of("/health/live", "/v2/health/live")) {
            router.get(path).handler(context -> Pages.write(context, 200, Map.of("live", true)));
        }
        for (String path : List.of("/health/ready", "/v2/health/ready")) {
            router.get(path).handler(this::ready);
        }
        // Asks every gauge, some of which ask the operating system.
        router.get("/metrics").blockingHandler(this::metrics, false);
        router.errorHandler(404, context -> Pages.problem(context, Failure.notFound(context.normalizedPath())));
        router.errorHandler(
                405,
                context -> Pages.problem(
                        context,
                        Failure.methodNotAllowed(context.request().method().name(), context.normalizedPath())));
        return router;
    }

    private void addModels(Router router, ModelRoutes pages) {
        router.postWithRegex(V1_MODEL + ":predict").handler(this::predictV1);
        router.getWithRegex(V1_MODEL + "/metadata").handler(pages.page(ModelPages::metadata));
        router.getWithRegex(V1_MODEL).handler(pages::status);
        router.postWithRegex(V2_MODEL + "/infer").handler(this::predictV2);
        router.getWithRegex(V2_MODEL + "/ready").handler(pages.page(ModelPages::ready));
        router.getWithRegex(V2_MODEL).handler(pages.page(ModelPages::openInference));
    }

    /** The path is one for files and for JSON: the type of the body tells. */
    private void predictV1(RoutingContext context) {
        HttpServerRequest request = context.request();
        String type = RequestHead.mediaType(request);
        if (type.startsWith("image/") || type.equals("application/octet-stream")) {
            predict(context, plainImage);
        } else if (isJson(type)) {
            predict(context, tensorFlowServing);
        } else {
            String taken = "an image is image/* or application/octet-stream, TensorFlow Serving's REST is " + JSON;
            predictions.refuseType(request, plainImage, taken);
        }
    }

    private void predictV2(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (isJson(RequestHead.mediaType(request))) {
            predict(context, openInference);
        } else {
            predictions.refuseType(request, openInference, "it must be " + JSON);
        }
    }

    private void predict(RoutingContext context, Dialect dialect) {
        String name = context.pathParam(ModelRoutes.NAME);
        predictions.handle(context.request(), dialect, name, ModelRoutes.selector(context));
    }

    /** Clients leave the type out, and {@code curl -d} says that its JSON is a form. */
    private static boolean isJson(String type) {
        return type.equals(JSON) || type.isEmpty() || type.equals("application/x-www-form-urlencoded");
    }

    private static Server server() {
        Package own = Routes.class.getPackage();
        String version = Optional.ofNullable(own.getImplementationVersion()).orElse("development");
        return new Server("freshet", version, List.of());
    }

    private void ready(RoutingContext context) {
        boolean ready = models.isReady();
        Pages.write(context, ready ? 200 : 503, Map.of("ready", ready));
    }

    private void metrics(RoutingContext context) {
        Pages.write(context, 200, PROMETHEUS, registry.scrape().getBytes(StandardCharsets.UTF_8));
    }
}
