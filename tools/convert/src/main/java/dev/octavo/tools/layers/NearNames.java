package dev.octavo.tools.layers;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant by a name that does not exist. */
final class NearNames {
    private static final int MOST = 5;

    private NearNames() {}

    /** The names that take the fewest edits; one that contains the other takes only what is left over. */
    static List<String> of(String name, Collection<String> candidates) {
        return candidates.stream()
                .sorted(Comparator.comparingInt(
                        candidate -> distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT))))
                .limit(MOST)
                .toList();
    }

    /** Insertions, deletions and substitutions (Levenshtein 1966), of which a substitution counts for two. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 2);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
