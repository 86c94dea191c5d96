/** Loads Octavo model files and runs them: the part of Octavo that ships with an application. */
module dev.octavo.runtime {
    requires transitive dev.octavo.kernels;
    requires com.google.protobuf;
    // Only compilers read the annotations of what applications call.
    requires static transitive org.jspecify;

    exports dev.octavo.runtime;
    exports dev.octavo.runtime.format;
}
