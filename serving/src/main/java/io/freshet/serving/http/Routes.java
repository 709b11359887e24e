package io.freshet.serving.http;

import io.freshet.serving.inference.AdminGate;
import io.freshet.serving.inference.Inference;
import io.freshet.serving.inference.ServerInfo;
import io.freshet.serving.model.ModelManager;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is to be found under which path; {@code openapi.json} describes it. */
final class Routes {

    /** @param template a path, with names in braces for its parameters */
    record Route(HttpMethod method, String template, Handler<RoutingContext> handler) {

        private String pattern() {
            return template.replace(".", "\\.")
                    .replace("{name}", "(?<name>[^/:]+)")
                    .replace("{version}", "(?<version>\\d{1,18})")
                    .replace("{label}", "(?<label>[^/:]+)")
                    .replace("{id}", "(?<" + FeedbackEndpoint.ID + ">[^/]+)");
        }
    }

    private static final String BINARY = "application/octet-stream";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Inference inference;
    private final ModelManager models;
    private final PredictionEndpoint predictions;
    private final RepositoryRoutes repository;
    private final FeedbackEndpoint feedback;
    private final PrometheusMeterRegistry registry;
    private final byte[] description = Description.read();
    private final Dialect plainImage = new PlainImage();
    private final Dialect tensorFlowServing = new TensorFlowServing();
    private final Dialect openInference = new OpenInference();

    Routes(
            Inference inference,
            ModelManager models,
            AdminGate gate,
            FeedbackEndpoint feedback,
            PrometheusMeterRegistry registry) {
        this.inference = inference;
        this.models = models;
        this.predictions = new PredictionEndpoint(inference, registry);
        this.repository = new RepositoryRoutes(models, gate, inference.admission());
        this.feedback = feedback;
        this.registry = registry;
    }

    Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        for (Route route : all()) {
            router.routeWithRegex(route.method(), route.pattern()).handler(route.handler());
        }
        // Asks every gauge, some of which ask the operating system.
        router.get("/metrics").blockingHandler(this::metrics, false);
        router.errorHandler(404, context -> Pages.problem(context, Refusals.notFound(context.normalizedPath())));
        router.errorHandler(
                405,
                context -> Pages.problem(
                        context,
                        Refusals.methodNotAllowed(context.request().method().name(), context.normalizedPath())));
        return router;
    }

    /** Those that are asked for most come first, since they are tried in this order; without {@code GET /metrics}. */
    List<Route> all() {
        ModelRoutes pages = new ModelRoutes(inference, models);
        List<Route> routes = new ArrayList<>();
        for (String model : List.of("/v2/models/{name}", "/v2/models/{name}/versions/{version}")) {
            routes.add(new Route(HttpMethod.POST, model + "/infer", this::predictV2));
            routes.add(new Route(HttpMethod.GET, model + "/ready", pages.page(ModelPages::ready)));
            routes.add(new Route(HttpMethod.GET, model, pages.page(ModelPages::openInference)));
        }
        for (String model : List.of(
                "/v1/models/{name}", "/v1/models/{name}/versions/{version}", "/v1/models/{name}/labels/{label}")) {
            routes.add(new Route(HttpMethod.POST, model + ":predict", this::predictV1));
            routes.add(new Route(HttpMethod.GET, model + "/metadata", pages.page(ModelPages::metadata)));
            routes.add(new Route(HttpMethod.GET, model, pages::status));
        }
        routes.add(new Route(HttpMethod.POST, "/v1/feedback/{id}", feedback::handle));
        routes.add(get("/v2", context -> Pages.write(context, 200, ServerInfo.CURRENT)));
        for (String path : List.of("/health/live", "/v2/health/live")) {
            routes.add(get(path, context -> Pages.write(context, 200, Map.of("live", true))));
        }
        for (String path : List.of("/health/ready", "/v2/health/ready")) {
            routes.add(get(path, this::ready));
        }
        routes.add(new Route(HttpMethod.POST, "/v2/repository/index", repository::index));
        routes.add(new Route(HttpMethod.POST, "/v2/repository/models/{name}/load", repository::load));
        routes.add(new Route(HttpMethod.POST, "/v2/repository/models/{name}/unload", repository::unload));
        routes.add(get("/openapi.json", context -> Pages.write(context, 200, Json.CONTENT_TYPE, description)));
        return routes;
    }

    private static Route get(String template, Handler<RoutingContext> handler) {
        return new Route(HttpMethod.GET, template, handler);
    }

    /** The path is one for files and for JSON: the type of the body tells. */
    private void predictV1(RoutingContext context) {
        HttpServerRequest request = context.request();
        String type = Headers.mediaType(request);
        if (type.startsWith("image/") || type.equals(BINARY)) {
            predict(context, plainImage);
        } else if (isJson(type)) {
            predict(context, tensorFlowServing);
        } else {
            String taken = "an image is image/* or application/octet-stream, TensorFlow Serving's REST is "
                    + Json.CONTENT_TYPE;
            predictions.refuseType(request, plainImage, taken);
        }
    }

    private void predictV2(RoutingContext context) {
        HttpServerRequest request = context.request();
        String type = Headers.mediaType(request);
        if (isJson(type) || (type.equals(BINARY) && request.headers().contains(Headers.JSON_BYTES))) {
            predict(context, openInference);
        } else {
            predictions.refuseType(
                    request,
                    openInference,
                    "it is " + Json.CONTENT_TYPE + ", or application/octet-stream where tensors follow the JSON");
        }
    }

    private void predict(RoutingContext context, Dialect dialect) {
        String name = context.pathParam(ModelRoutes.NAME);
        predictions.handle(context.request(), dialect, name, ModelRoutes.selector(context));
    }

    /** Clients leave the type out, and {@code curl -d} says that its JSON is a form. */
    private static boolean isJson(String type) {
        return type.equals(Json.CONTENT_TYPE) || type.isEmpty() || type.equals("application/x-www-form-urlencoded");
    }

    private void ready(RoutingContext context) {
        boolean ready = inference.isReady();
        Pages.write(context, ready ? 200 : 503, Map.of("ready", ready));
    }

    private void metrics(RoutingContext context) {
        Pages.write(context, 200, PROMETHEUS, registry.scrape().getBytes(StandardCharsets.UTF_8));
    }
}
