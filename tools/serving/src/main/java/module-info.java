/** Schedules predictions of many callers on the sessions of models, whatever transport the requests come by. */
module dev.octavo.serving {
    requires transitive dev.octavo.runtime;
    requires jdk.jfr;
    requires static org.jspecify;

    exports dev.octavo.serving;
}
