package io.freshet.engine;

import java.io.File;
import org.bytedeco.javacpp.Loader;

/**
 * Loads TensorFlow's native library from the jar on the class path, once a process, before DJL looks for it.
 *
 * <p>DJL's TensorFlow engine would otherwise download a library of its own, of another version than the one that
 * TensorFlow Java brings; two in one process crash.
 */
public final class NativeTensorFlow {

    private NativeTensorFlow() {}

    /**
     * Loads the library if that has not happened yet: about half a second, and some ten seconds on the first start of
     * a machine, while it is unpacked into the user's cache folder.
     *
     * @throws ModelLoadException if there is no native library for this platform
     */
    public static void ensureLoaded() {
        Holder.load();
    }

    private static final class Holder {
        static {
            // DJL reads these as system properties; without them it reports to its makers, and goes to the network.
            System.setProperty("OPT_OUT_TRACKING", "true");
            System.setProperty("ai.djl.offline", "true");
            // Else JavaCPP asks the kernel for the process' size at each tensor, and beyond a bound of its own it
            // collects
            // garbage and then fails. What a process may take is for its container to say.
            System.getProperties().putIfAbsent("org.bytedeco.javacpp.maxPhysicalBytes", "0");
            try {
                String library = Loader.load(Class.forName("org.tensorflow.internal.c_api.global.tensorflow"));
                String folder = new File(library).getParent();
                System.setProperty("TENSORFLOW_LIBRARY_PATH", folder);
            } catch (ClassNotFoundException | UnsatisfiedLinkError e) {
                throw new ModelLoadException(
                        "There is no native TensorFlow for " + Loader.getPlatform()
                                + " on the class path (org.tensorflow:tensorflow-core-native with that classifier)",
                        e);
            }
        }

        static void load() {
            // Entering the class has loaded the library.
        }
    }
}
