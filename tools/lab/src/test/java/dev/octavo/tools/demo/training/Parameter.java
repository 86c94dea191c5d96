package dev.octavo.tools.demo.training;

/** Numbers that training changes, with the gradient of the loss and the velocity of the descent. */
final class Parameter {
    final float[] value;
    final float[] gradient;
    final float[] velocity;
    final boolean decays;

    /**
     * @param size how many numbers
     * @param decays whether weight decay draws them to zero
     */
    Parameter(int size, boolean decays) {
        value = new float[size];
        gradient = new float[size];
        velocity = new float[size];
        this.decays = decays;
    }
}
