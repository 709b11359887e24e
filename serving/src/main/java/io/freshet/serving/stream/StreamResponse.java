package io.freshet.serving.stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.freshet.protocol.ModelVersion;
import io.freshet.protocol.image.DecodeResult;
import io.freshet.serving.predict.PlainAnswer;
import io.freshet.serving.predict.PredictionResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * What an image's sender gets to read.
 *
 * @param status as of HTTP: 200, 400 if the image or its headers are at fault, 500 if the prediction failed
 * @param body JSON: the answer as to a plain image over HTTP, or a problem with {@code status}, {@code detail} and, if
 *     the image is at fault, {@code reason}
 * @param model that answered
 */
record StreamResponse(int status, Object body, Optional<ModelVersion> model) {

    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new Jdk8Module()).build();

    private record Problem(
            int status,
            String detail,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> reason) {}

    static StreamResponse of(PredictionResult.Answered answered) {
        return new StreamResponse(
                200, PlainAnswer.of(answered), Optional.of(answered.model().modelVersion()));
    }

    static StreamResponse undecodable(DecodeResult.Refused refused) {
        Optional<String> reason = Optional.of(refused.reason().code());
        return new StreamResponse(400, new Problem(400, refused.detail(), reason), Optional.empty());
    }

    static StreamResponse problem(int status, String detail) {
        return new StreamResponse(status, new Problem(status, detail, Optional.empty()), Optional.empty());
    }

    /**
     * The record to send: with the request's key and correlation id, on the partition that belongs to the request's, so
     * that the answers to one partition stay in its order.
     *
     * @param partitions of the topic
     */
    ProducerRecord<byte[], byte[]> to(ConsumerRecord<byte[], byte[]> request, String topic, int partitions) {
        ProducerRecord<byte[], byte[]> response =
                new ProducerRecord<>(topic, request.partition() % partitions, request.key(), json());
        Headers headers = response.headers();
        StreamRequest.correlation(request.headers()).ifPresent(headers::add);
        add(headers, "content-type", status == 200 ? "application/json" : "application/problem+json");
        add(headers, "freshet-status", Integer.toString(status));
        add(headers, "freshet-request", request.topic() + "-" + request.partition() + "@" + request.offset());
        model.ifPresent(version -> add(headers, "freshet-model-version", version.toString()));
        return response;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] json() {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("Answers are plain records", e);
        }
    }
}
