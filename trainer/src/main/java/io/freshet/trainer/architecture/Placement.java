package io.freshet.trainer.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/**
 * Where the replicas of a network run: each on the GPU of its number. The device is written into the file, for operations that
 * gradients add to a graph do not take that of the operations whose gradients they are. A machine with fewer GPUs has
 * TensorFlow place what is left ({@code allow_soft_placement}).
 */
final class Placement {

    private static final Pattern NAME = Pattern.compile("replica([0-9]+)/.*");
    private static final String FILE = "saved_model.pb";

    private Placement() {}

    /** The scope below which the names of a replica's operations lie. */
    static String scope(int replica) {
        return "replica" + replica;
    }

    /** Places the replicas of a SavedModel. */
    static void apply(Path folder, int replicas) throws IOException {
        if (replicas == 1) {
            return;
        }
        Path file = folder.resolve(FILE);
        SavedModel.Builder model = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
        for (MetaGraphDef.Builder metaGraph : model.getMetaGraphsBuilderList()) {
            GraphDef.Builder graph = metaGraph.getGraphDefBuilder();
            for (NodeDef.Builder node : graph.getNodeBuilderList()) {
                Matcher name = NAME.matcher(node.getName());
                if (name.matches()) {
                    node.setDevice("/device:GPU:" + name.group(1));
                }
            }
        }
        Files.write(file, model.build().toByteArray());
    }
}
