/** Holds the command {@code octavo}. */
module dev.octavo.tools.cli {
    requires dev.octavo.server;
    requires dev.octavo.tools.lab;
    requires com.google.protobuf;
    requires info.picocli;
    requires tools.jackson.core;
    requires static org.jspecify;

    opens dev.octavo.tools.cli to
            info.picocli;
}
