package dev.octavo.tools.data;

import dev.octavo.tools.files.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads arrays that NumPy saved: {@code .npy} files of versions 1 to 3, little-endian float32 or float64 in C order. */
public final class NpyFile {
    private static final int MOST_BYTES = 1 << 26;
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*True");

    private NpyFile() {}

    /**
     * Reads all elements, row by row.
     *
     * @throws DataException if the file is no such array
     */
    public static List<Float> read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new DataException(file + ": " + Files.size(file) + " bytes are too many for anchors");
            }
            return elements(file, ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new DataException(file + ": " + FileFailure.reason(e), e);
        }
    }

    private static List<Float> elements(Path file, ByteBuffer bytes) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (i >= bytes.limit() || bytes.get(i) != MAGIC[i]) {
                throw new DataException(file + ": is not a .npy file of NumPy");
            }
        }
        boolean shortHeader = bytes.limit() > 10 && bytes.get(6) == 1;
        int start = shortHeader ? 10 : 12;
        int length = bytes.limit() < 12 ? -1 : shortHeader ? bytes.getShort(8) & 0xffff : bytes.getInt(8);
        if (length < 0 || length > bytes.limit() - start) {
            throw new DataException(file + ": is cut off in its header");
        }
        String header =
                StandardCharsets.ISO_8859_1.decode(bytes.slice(start, length)).toString();
        Matcher type = TYPE.matcher(header);
        String name = type.find() ? type.group(1) : "";
        if ((!name.equals("<f4") && !name.equals("<f8"))
                || FORTRAN.matcher(header).find()) {
            throw new DataException(file + ": must be float32 or float64 in C order, not " + header.strip()
                    + "; save it with numpy.ascontiguousarray(a, numpy.float32)");
        }
        int width = name.equals("<f4") ? Float.BYTES : Double.BYTES;
        List<Float> elements = new ArrayList<>();
        for (int at = start + length; at + width <= bytes.limit(); at += width) {
            elements.add(width == Float.BYTES ? bytes.getFloat(at) : (float) bytes.getDouble(at));
        }
        return List.copyOf(elements);
    }
}
