package dev.octavo.runtime.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.octavo.runtime.format.proto.Header;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes fields of a model file to other values of their type, such as those of other files, and seals it again. */
final class ModelMutator {
    private static final double[] REALS = {
        0, -0.0, 1, -1, 0.5, 2, 1e-30, 1e30, Float.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY
    };

    private final SplittableRandom random;

    ModelMutator(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Returns the bytes of a sound file with some fields changed. */
    byte[] mutate(byte[] file, int changes) throws Exception {
        FileLayout layout = FileLayout.readPrologue(Arrays.copyOf(file, FileLayout.PROLOGUE_BYTES));
        MemorySegment rest = MemorySegment.ofArray(file).asSlice(FileLayout.PROLOGUE_BYTES);
        Header.Builder header =
                Header.parseFrom(layout.header(rest).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)).toBuilder();
        for (int i = 0; i < changes; i++) {
            change(header);
        }
        byte[] data = layout.data(rest).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        if (data.length > 0 && random.nextInt(4) == 0) {
            data[random.nextInt(data.length)] = (byte) random.nextInt();
        }
        return sealed(header.build().toByteArray(), data);
    }

    static byte[] sealed(byte[] header, byte[] data) {
        FileLayout layout = new FileLayout(
                header.length,
                data.length,
                FileLayout.checksum(MemorySegment.ofArray(header)),
                FileLayout.checksum(MemorySegment.ofArray(data)));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(layout.prologue());
        file.writeBytes(header);
        file.writeBytes(new byte[(int) layout.dataOffset() - file.size()]);
        file.writeBytes(data);
        return file.toByteArray();
    }

    private void change(Message.Builder root) {
        List<Message.Builder> messages = new ArrayList<>();
        collect(root, messages);
        Message.Builder message = messages.get(random.nextInt(messages.size()));
        List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
        if (fields.isEmpty()) {
            return;
        }
        FieldDescriptor field = fields.get(random.nextInt(fields.size()));
        Message.Builder donor = like(message, messages);
        if (!field.isRepeated()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE || random.nextInt(3) == 0) {
                if (donor.hasField(field) || !field.hasPresence()) {
                    message.setField(field, donor.getField(field));
                } else {
                    message.clearField(field);
                }
            } else {
                message.setField(field, value(field, message.getField(field)));
            }
            return;
        }
        int count = message.getRepeatedFieldCount(field);
        if (count == 0 || random.nextInt(4) == 0) {
            int others = donor.getRepeatedFieldCount(field);
            if (others > 0) {
                message.addRepeatedField(field, donor.getRepeatedField(field, random.nextInt(others)));
            }
            return;
        }
        int index = random.nextInt(count);
        if (random.nextInt(4) == 0) {
            List<Object> elements = new ArrayList<>((List<?>) message.getField(field));
            elements.remove(index);
            message.setField(field, elements);
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            message.setRepeatedField(field, index, message.getRepeatedField(field, random.nextInt(count)));
        } else {
            message.setRepeatedField(field, index, value(field, message.getRepeatedField(field, index)));
        }
    }

    private Message.Builder like(Message.Builder message, List<Message.Builder> messages) {
        List<Message.Builder> alike = messages.stream()
                .filter(other -> other.getDescriptorForType() == message.getDescriptorForType())
                .toList();
        return alike.get(random.nextInt(alike.size()));
    }

    private static void collect(Message.Builder message, List<Message.Builder> messages) {
        messages.add(message);
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (field.isRepeated()) {
                for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                    collect(message.getRepeatedFieldBuilder(field, i), messages);
                }
            } else if (message.hasField(field)) {
                collect(message.getFieldBuilder(field), messages);
            }
        }
    }

    private Object value(FieldDescriptor field, Object now) {
        return switch (field.getJavaType()) {
            case INT -> (int) integer((Integer) now);
            case LONG -> integer((Long) now);
            case FLOAT -> (float) real((Float) now);
            case DOUBLE -> real((Double) now);
            case BOOLEAN -> !(Boolean) now;
            case STRING -> "changed";
            case BYTE_STRING -> bytes((ByteString) now);
            case ENUM -> {
                EnumDescriptor type = field.getEnumType();
                yield type.getValues().get(random.nextInt(type.getValues().size()));
            }
            case MESSAGE -> now;
        };
    }

    private long integer(long now) {
        return switch (random.nextInt(7)) {
            case 0 -> random.nextInt(4);
            case 1 -> -1;
            case 2 -> now + 1;
            case 3 -> now - 1;
            case 4 -> now * 2;
            case 5 -> 64L * random.nextInt(16);
            default -> now ^ 1L << random.nextInt(32);
        };
    }

    private double real(double now) {
        return random.nextInt(3) == 0 ? now * (0.5 + random.nextDouble()) : REALS[random.nextInt(REALS.length)];
    }

    private ByteString bytes(ByteString now) {
        byte[] bytes = now.toByteArray();
        if (bytes.length == 0 || random.nextInt(4) == 0) {
            return ByteString.copyFrom(
                    Arrays.copyOf(bytes, bytes.length + random.nextInt(2) * 2 - (bytes.length == 0 ? 0 : 1)));
        }
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return ByteString.copyFrom(bytes);
    }
}
