package io.freshet.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The schema of each kind of object, with no room for keys that are not in it: Kubernetes' own kinds as its client
 * checks them, Strimzi's by the definitions that Strimzi installs, the others by the schemas beside this class.
 */
final class Schemas {

    /** Of one kind. */
    private interface Schema {

        /** What is wrong, in words. */
        List<String> violations(Manifest manifest);
    }

    private interface ElementCheck {
        void check(JsonElement element) throws IOException;
    }

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7);

    private final Map<String, Schema> schemas = new HashMap<>();

    /** @param scratch for the files that Strimzi's generator writes */
    Schemas(Path scratch) throws IOException, InterruptedException {
        kubernetes("v1/Namespace", V1Namespace::validateJsonElement);
        kubernetes("v1/ServiceAccount", V1ServiceAccount::validateJsonElement);
        kubernetes("v1/ConfigMap", V1ConfigMap::validateJsonElement);
        kubernetes("v1/Service", V1Service::validateJsonElement);
        kubernetes("v1/PersistentVolumeClaim", V1PersistentVolumeClaim::validateJsonElement);
        kubernetes("apps/v1/Deployment", V1Deployment::validateJsonElement);
        kubernetes("apps/v1/StatefulSet", V1StatefulSet::validateJsonElement);
        kubernetes("policy/v1/PodDisruptionBudget", V1PodDisruptionBudget::validateJsonElement);
        kubernetes("autoscaling/v2/HorizontalPodAutoscaler", V2HorizontalPodAutoscaler::validateJsonElement);
        kubernetes("networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy::validateJsonElement);
        strimzi(scratch, Kafka.class, KafkaNodePool.class, KafkaTopic.class, KafkaUser.class);
        own("keda.sh/v1alpha1/ScaledObject", "scaled-object.yaml");
        own("keda.sh/v1alpha1/TriggerAuthentication", "trigger-authentication.yaml");
        own("monitoring.coreos.com/v1/PodMonitor", "pod-monitor.yaml");
    }

    /** What is wrong with an object, in words; that there is no schema for it is wrong too. */
    List<String> violations(Manifest manifest) {
        Schema schema = schemas.get(manifest.apiVersion() + "/" + manifest.kind());
        return schema == null
                ? List.of("there is no kind " + manifest.apiVersion() + "/" + manifest.kind())
                : schema.violations(manifest);
    }

    private void kubernetes(String kind, ElementCheck check) {
        schemas.put(kind, manifest -> {
            try {
                check.check(JsonParser.parseString(manifest.json().toString()));
                return List.of();
            } catch (IOException | RuntimeException e) {
                return List.of(String.valueOf(e.getMessage()));
            }
        });
    }

    private void own(String kind, String resource) throws IOException {
        try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
            put(kind, Manifest.YAML.readTree(in));
        }
    }

    /** Strimzi makes its definitions out of the annotations of its classes, with a program that is not public. */
    private void strimzi(Path scratch, Class<?>... types) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.strimzi.crdgenerator.CrdGenerator",
                "--yaml",
                "--target-kube",
                "1.27+",
                "--crd-api-version",
                "v1",
                "--describe-api-versions",
                "v1",
                "--api-versions",
                "v1",
                "--storage-version",
                "v1"));
        Stream.of(types).forEach(type -> command.add(type.getName() + "=" + definition(scratch, type)));
        Process generator =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(generator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (generator.waitFor() != 0) {
            throw new IOException("Strimzi's definitions cannot be made: " + said);
        }
        for (Class<?> type : types) {
            JsonNode spec = Manifest.YAML
                    .readTree(Files.readAllBytes(definition(scratch, type)))
                    .path("spec");
            for (JsonNode version : spec.path("versions")) {
                String kind =
                        spec.path("group").asText() + "/" + version.path("name").asText() + "/" + type.getSimpleName();
                put(kind, closed(version.at("/schema/openAPIV3Schema")));
            }
        }
    }

    private static Path definition(Path scratch, Class<?> type) {
        return scratch.resolve(type.getSimpleName() + ".yaml");
    }

    private void put(String kind, JsonNode json) {
        JsonSchema schema = FACTORY.getSchema(json);
        schemas.put(
                kind,
                manifest -> schema.validate(manifest.json()).stream()
                        .map(ValidationMessage::getMessage)
                        .toList());
    }

    /** The API server drops keys that a schema does not have; here they are wrong. */
    private static JsonNode closed(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode closed = JsonNodeFactory.instance.objectNode();
        object.properties()
                .forEach(field -> closed.set(
                        field.getKey(),
                        switch (field.getKey()) {
                            case "properties" -> closedProperties(field.getValue());
                            case "items", "additionalProperties" -> closed(field.getValue());
                            default -> field.getValue();
                        }));
        boolean open = object.path("x-kubernetes-preserve-unknown-fields").asBoolean();
        if (!open && object.has("properties") && !object.has("additionalProperties")) {
            closed.put("additionalProperties", false);
        }
        return closed;
    }

    private static JsonNode closedProperties(JsonNode properties) {
        ObjectNode closed = JsonNodeFactory.instance.objectNode();
        properties.properties().forEach(property -> {
            // Object metadata has the API server's own schema: the definitions leave it empty.
            closed.set(property.getKey(), closed(property.getValue()));
        });
        return closed;
    }
}
