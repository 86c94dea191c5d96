/**
 * The vector tier: kernels in the JDK's Vector API, for every CPU whose JVM vectorises. Integer products are summed in
 * float lanes, where they are exact up to 2^24, because the Vector API has no dot product of bytes.
 *
 * <p>A rule of this package: no vector in an array, a field or a lambda, as a parameter or as a result; species in {@code static final} fields; at most 16
 * accumulators in a method; and in a loop no method of a vector that the loop carries, but {@code value.add(sum)}. C2 otherwise boxes
 * vectors, with correct results at a tenth of the speed: it must know a vector's class to inline its methods, and that of a vector
 * that comes from its own result it knows from profiles alone, which a busy machine does not take.
 */
@NullMarked
package dev.octavo.kernels.vector;

import org.jspecify.annotations.NullMarked;
