/** Predictors: bounded queues, measured batches, deadlines, priorities and fairness around the sessions of models. */
@NullMarked
package dev.octavo.serving;

import org.jspecify.annotations.NullMarked;
