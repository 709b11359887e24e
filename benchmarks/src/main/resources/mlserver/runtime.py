"""Serves a SavedModel by its serving_default signature, as MLServer's users write their own runtimes."""

import tensorflow as tf
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class SavedModel(MLModel):
    async def load(self) -> bool:
        # As in Freshet: one thread an operation, and as many runs at a time as there are workers.
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self._model = tf.saved_model.load(self.settings.parameters.uri)
        self._run = self._model.signatures["serving_default"]
        for batch in (1, 2, 4, 8, 16, 32):
            shape = [batch] + self._run.structured_input_signature[1]["images"].shape[1:]
            self._run(images=tf.zeros(shape, tf.uint8))
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        images = NumpyCodec.decode_input(payload.inputs[0])
        outputs = self._run(images=tf.constant(images))
        probabilities = NumpyCodec.encode_output("probabilities", outputs["probabilities"].numpy())
        return InferenceResponse(model_name=self.name, outputs=[probabilities])
