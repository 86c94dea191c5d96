package dev.octavo.runtime.plan;

/** Whether a run goes on; asked between operations and within long ones, by every thread that computes. */
public interface RunControl {
    /** Never ends a run. */
    RunControl ENDLESS = () -> false;

    /** Returns whether the run must end. */
    boolean ended();
}
