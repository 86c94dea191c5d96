package dev.octavo.benchmarks.rivals;

/** Who takes part. */
public enum Rival {
    /** Octavo, to which all others are compared. */
    OCTAVO("Octavo"),
    /** ONNX Runtime. */
    ONNX_RUNTIME("ONNX Runtime"),
    /** TensorFlow Lite with XNNPACK. */
    TENSORFLOW_LITE("TensorFlow Lite"),
    /** oneDNN, which computes convolutions and fully connected layers only. */
    ONEDNN("oneDNN");

    private final String label;

    Rival(String label) {
        this.label = label;
    }

    /** The name in reports. */
    public String label() {
        return label;
    }

    /** Whether it computes whole networks. */
    public boolean wholeNetworks() {
        return this != ONEDNN;
    }

    /** The version of the library, or why it is missing; empty for Octavo. */
    public String version() {
        try {
            return switch (this) {
                case OCTAVO -> "";
                case ONNX_RUNTIME -> OnnxRuntime.version();
                case TENSORFLOW_LITE -> TensorFlowLite.version();
                case ONEDNN -> OneDnn.version();
            };
        } catch (RivalException e) {
            return "missing: " + e.getMessage();
        }
    }
}
