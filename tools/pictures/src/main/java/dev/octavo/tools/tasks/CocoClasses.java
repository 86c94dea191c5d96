package dev.octavo.tools.tasks;

/** The numbers of COCO's object classes: 1 to 90 in its annotations, of which 80 occur; labels count these from 0. */
public final class CocoClasses {
    /** The highest number of a class. */
    public static final int PAPER_CLASSES = 90;

    private static final int[] UNUSED = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83};

    private CocoClasses() {}

    /** Returns the label of a class by its number in annotations, or −1 if there is no such class. */
    public static int label(int number) {
        if (number < 1 || number > PAPER_CLASSES) {
            return -1;
        }
        int before = 0;
        for (int unused : UNUSED) {
            if (unused == number) {
                return -1;
            }
            before += unused < number ? 1 : 0;
        }
        return number - 1 - before;
    }
}
