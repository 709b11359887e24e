#!/usr/bin/env python3
"""Speaks to a running replica with clients that nobody here wrote: tritonclient over HTTP and gRPC, and plain grpcio.

    pip install 'tritonclient[http,grpc]' grpcio-health-checking
    python3 try_clients.py HOST:PORT MODEL FILE [REFUSED-LOAD-STATUS]

MODEL is in service; FILE is an image that it can decode. Each check prints a line; the exit code is 0 if all hold.
"""

import sys

import grpc
import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tritonclient.utils import InferenceServerException

ADDRESS, MODEL, FILE = sys.argv[1:4]
FAILED = []


def check(name, holds):
    print(f"{'yes' if holds else 'NO '}  {name}", flush=True)
    if not holds:
        FAILED.append(name)


def refused(call):
    """The status with which a call is refused, or an empty string if it is not."""
    try:
        call()
        return ""
    except InferenceServerException as e:
        return e.status()


def pixels(client, datatype=np.uint8, images=2):
    _, height, width, channels = shape(client)
    random = np.random.default_rng(7)
    return random.integers(0, 256, (images, height, width, channels)).astype(datatype)


def shape(client):
    model = client.get_model_metadata(MODEL)
    tensor = model["inputs"][0] if isinstance(model, dict) else model.inputs[0]
    return [int(size) for size in (tensor["shape"] if isinstance(tensor, dict) else tensor.shape)]


def tensor(module, values, datatype, **how):
    one = module.InferInput("images", list(values.shape), datatype)
    one.set_data_from_numpy(values, **how)
    return one


def check_metadata(api, client):
    check(f"{api}: the server is live and ready", client.is_server_live() and client.is_server_ready())
    check(f"{api}: the model is ready", client.is_model_ready(MODEL))
    server = client.get_server_metadata()
    extensions = server["extensions"] if isinstance(server, dict) else server.extensions
    check(f"{api}: the server tells its extensions", "classification" in extensions)
    check(f"{api}: an input has four dimensions", len(shape(client)) == 4)


def check_inference(api, module, client, hows):
    images = pixels(client)
    reference = None
    for how in hows:
        result = client.infer(MODEL, [tensor(module, images, "UINT8", **how)], request_id="r 1")
        probabilities = result.as_numpy("probabilities")
        check(f"{api}: two images of pixels {how}", probabilities.shape[0] == 2)
        check(f"{api}: probabilities sum to one {how}", np.allclose(probabilities.sum(axis=1), 1, atol=1e-3))
        reference = probabilities if reference is None else reference
        check(f"{api}: the same answer {how}", np.allclose(probabilities, reference, atol=1e-5))
    for numpy_type, name in [
        (np.uint16, "UINT16"),
        (np.int32, "INT32"),
        (np.int64, "INT64"),
        (np.float16, "FP16"),
        (np.float32, "FP32"),
        (np.float64, "FP64"),
    ]:
        result = client.infer(MODEL, [tensor(module, pixels(client, numpy_type), name)])
        check(f"{api}: {name} gives what UINT8 does", np.allclose(result.as_numpy("probabilities"), reference, atol=1e-5))
    check_outputs(api, module, client, images, reference)
    check_files(api, module, client)
    check_refusals(api, module, client, images)
    return reference


def check_outputs(api, module, client, images, reference):
    inputs = [tensor(module, images, "UINT8")]
    result = client.infer(MODEL, inputs, outputs=[module.InferRequestedOutput("embedding")])
    check(f"{api}: only the output that was asked for", result.as_numpy("probabilities") is None)
    result = client.infer(MODEL, inputs, outputs=[module.InferRequestedOutput("probabilities", class_count=3)])
    classes = result.as_numpy("probabilities")
    check(f"{api}: the three most probable classes", classes.shape == (2, 3))
    value, index, _ = classes[0][0].decode().split(":")
    check(f"{api}: the first is the most probable", int(index) == reference[0].argmax())
    check(f"{api}: with its probability", np.isclose(float(value), reference[0].max(), atol=1e-5))


def check_files(api, module, client):
    with open(FILE, "rb") as file:
        files = np.array([file.read()], dtype=np.object_)
    result = client.infer(MODEL, [tensor(module, files, "BYTES")])
    check(f"{api}: an image file is decoded", result.as_numpy("probabilities").shape[0] == 1)


def check_refusals(api, module, client, images):
    not_found, malformed = ("StatusCode.NOT_FOUND", "StatusCode.INVALID_ARGUMENT") if api == "grpc" else ("404", "400")
    inputs = [tensor(module, images, "UINT8")]
    check(f"{api}: an unknown model is not found", refused(lambda: client.infer("no-such-model", inputs)) == not_found)
    check(
        f"{api}: an unknown version is not found",
        refused(lambda: client.infer(MODEL, inputs, model_version="987654")) == not_found,
    )
    unknown = [module.InferRequestedOutput("logits")]
    check(f"{api}: an unknown output is refused", refused(lambda: client.infer(MODEL, inputs, outputs=unknown)) == malformed)
    fractions = [tensor(module, (images / 255).astype(np.float32), "FP32")]
    check(f"{api}: normalized numbers are refused", refused(lambda: client.infer(MODEL, fractions)) == malformed)


def check_http():
    with triton_http.InferenceServerClient(ADDRESS) as client:
        check_metadata("http", client)
        reference = check_inference(
            "http", triton_http, client, [{"binary_data": True}, {"binary_data": False}]
        )
        inputs = [tensor(triton_http, pixels(client), "UINT8")]
        for binary in (True, False):
            outputs = [triton_http.InferRequestedOutput("probabilities", binary_data=binary)]
            result = client.infer(MODEL, inputs, outputs=outputs, request_id="seven")
            check(f"http: output with binary_data={binary}", np.allclose(result.as_numpy("probabilities"), reference, atol=1e-5))
            check("http: the id comes back", result.get_response()["id"] == "seven")
        for coding in ("gzip", "deflate"):
            result = client.infer(
                MODEL, inputs, request_compression_algorithm=coding, response_compression_algorithm=coding
            )
            check(f"http: packed with {coding} both ways", np.allclose(result.as_numpy("probabilities"), reference, atol=1e-5))
        return reference


def check_grpc(reference):
    with triton_grpc.InferenceServerClient(ADDRESS) as client:
        check_metadata("grpc", client)
        of_grpc = check_inference("grpc", triton_grpc, client, [{}])
        check("grpc: the same answer as http", np.allclose(of_grpc, reference, atol=1e-5))
        inputs = [tensor(triton_grpc, pixels(client), "UINT8")]
        for coding in ("gzip", "deflate"):
            result = client.infer(MODEL, inputs, compression_algorithm=coding)
            check(f"grpc: a message packed with {coding}", np.allclose(result.as_numpy("probabilities"), reference, atol=1e-5))
        check_stream(client, inputs)


def check_stream(client, inputs):
    answers = []
    client.start_stream(lambda result, error: answers.append((result, error)))
    for i in range(20):
        client.async_stream_infer(MODEL if i != 5 else "no-such-model", inputs, request_id=str(i))
    client.stop_stream()
    check("grpc: a stream answers each request", len(answers) == 20)
    ids = [result.get_response().id for result, _ in answers if result is not None]
    check("grpc: in their order", ids == [str(i) for i in range(20) if i != 5])
    check("grpc: a request that fails does not end it", sum(error is not None for _, error in answers) == 1)


def check_plain_grpc():
    """A generic client, with stubs made from the published descriptors and nothing of Triton's client in between."""
    from tritonclient.grpc import service_pb2, service_pb2_grpc

    with grpc.insecure_channel(ADDRESS) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        metadata = stub.ModelMetadata(service_pb2.ModelMetadataRequest(name=MODEL))
        shape = [1] + list(metadata.inputs[0].shape)[1:]
        request = service_pb2.ModelInferRequest(model_name=MODEL, id="plain")
        one = request.inputs.add(name="images", datatype="UINT8", shape=shape)
        one.contents.uint_contents.extend([17] * int(np.prod(shape)))
        answer, call = stub.ModelInfer.with_call(request, metadata=[("x-request-id", "mine"), ("freshet-capture", "off")])
        values = answer.outputs[0].contents.fp32_contents
        check("grpcio: typed contents get typed contents", np.isclose(sum(values), 1, atol=1e-3) and answer.id == "plain")
        head = dict(call.initial_metadata())
        check("grpcio: metadata tells version and request", head["x-request-id"] == "mine" and "freshet-model-version" in head)
        try:
            stub.ModelConfig(service_pb2.ModelConfigRequest(name=MODEL))
            check("grpcio: what is not there is unimplemented", False)
        except grpc.RpcError as e:
            check("grpcio: what is not there is unimplemented", e.code() == grpc.StatusCode.UNIMPLEMENTED)
        check_health(health_pb2_grpc.HealthStub(channel))


def check_health(stub):
    serving = health_pb2.HealthCheckResponse.SERVING
    check("grpcio: the health check", stub.Check(health_pb2.HealthCheckRequest()).status == serving)
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="inference.GRPCInferenceService"))
    check("grpcio: the health watch", next(iter(watch)).status == serving)
    watch.cancel()
    try:
        stub.Check(health_pb2.HealthCheckRequest(service="no.such.Service"))
        check("grpcio: an unknown service is not found", False)
    except grpc.RpcError as e:
        check("grpcio: an unknown service is not found", e.code() == grpc.StatusCode.NOT_FOUND)


check_grpc(check_http())
check_plain_grpc()
print(f"{len(FAILED)} failed" if FAILED else "all hold")
sys.exit(1 if FAILED else 0)
