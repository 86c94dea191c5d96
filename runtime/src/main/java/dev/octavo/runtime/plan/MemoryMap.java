package dev.octavo.runtime.plan;

import dev.octavo.kernels.KernelSet;
import dev.octavo.runtime.format.Padding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the buffers of an assignment lie in a plan's memory. Memory holds, in this order: {@link KernelSet#SLACK_BYTES},
 * constants, buffers with halos, other buffers and stages, and slack again.
 *
 * <p>Kernels write inside of halos only. So buffers with a halo share memory with nothing but buffers of the same
 * geometry, whose halos are the same bytes, and no run has to write a halo: it stays as it was when the memory was new.
 *
 * @param offsets of each buffer
 * @param constantsEnd where the constants end, which begin after the slack
 * @param inputStage where callers' inputs pass through
 * @param outputStage where outputs to callers pass through
 * @param bytes of it all
 */
record MemoryMap(long[] offsets, long constantsEnd, long inputStage, long outputStage, long bytes) {
    static MemoryMap of(
            BatchedModel model,
            BufferAssignment assignment,
            long inputStageBytes,
            long outputStageBytes,
            boolean sharing) {
        List<BufferAssignment.Buffer> buffers = assignment.buffers();
        long[] offsets = new long[buffers.size()];
        Map<List<Long>, List<Integer>> byGeometry = new LinkedHashMap<>();
        List<Integer> others = new ArrayList<>();
        long end = KernelSet.SLACK_BYTES;
        for (int b = 0; b < offsets.length; b++) {
            BufferAssignment.Placement owner =
                    assignment.placement(buffers.get(b).owner());
            if (buffers.get(b).lifetime().isEmpty()) {
                offsets[b] = end;
                end = MemoryPlanner.align(end + buffers.get(b).bytes());
            } else if (owner.buffer() == b && !owner.halo().isNone()) {
                byGeometry
                        .computeIfAbsent(geometry(model, buffers.get(b), owner), _ -> new ArrayList<>())
                        .add(b);
            } else {
                others.add(b);
            }
        }
        long constantsEnd = end;
        for (List<Integer> alike : byGeometry.values()) {
            MemoryPlanner.Offsets plan = MemoryPlanner.plan(requests(model, buffers, alike, sharing));
            for (int i = 0; i < alike.size(); i++) {
                offsets[alike.get(i)] = end + plan.offsets()[i];
            }
            end += plan.bytes();
        }
        List<MemoryPlanner.Request> requests = requests(model, buffers, others, sharing);
        requests.add(new MemoryPlanner.Request(Math.max(1, inputStageBytes), BatchedModel.START, BatchedModel.START));
        requests.add(new MemoryPlanner.Request(Math.max(1, outputStageBytes), model.end(), model.end()));
        MemoryPlanner.Offsets plan = MemoryPlanner.plan(requests);
        for (int i = 0; i < others.size(); i++) {
            offsets[others.get(i)] = end + plan.offsets()[i];
        }
        return new MemoryMap(
                offsets,
                constantsEnd,
                end + plan.offsets()[others.size()],
                end + plan.offsets()[others.size() + 1],
                Math.addExact(end, plan.bytes()) + KernelSet.SLACK_BYTES);
    }

    /** Numbers that are equal for buffers whose images and halos are the same bytes. */
    private static List<Long> geometry(
            BatchedModel model, BufferAssignment.Buffer buffer, BufferAssignment.Placement owner) {
        List<Long> numbers = new ArrayList<>();
        numbers.add(buffer.bytes());
        numbers.add(owner.view().offset());
        for (int d = 0; d < owner.view().rank(); d++) {
            numbers.add((long) owner.view().size(d));
            numbers.add(owner.view().stride(d));
        }
        Padding halo = owner.halo();
        for (int pixels : new int[] {halo.top(), halo.left(), halo.bottom(), halo.right()}) {
            numbers.add((long) pixels);
        }
        if (!model.paddedByZero(buffer.owner())) {
            for (byte code : model.tensor(buffer.owner()).zeroCodes()) {
                numbers.add((long) code);
            }
        }
        return numbers;
    }

    private static List<MemoryPlanner.Request> requests(
            BatchedModel model, List<BufferAssignment.Buffer> buffers, List<Integer> chosen, boolean sharing) {
        List<MemoryPlanner.Request> requests = new ArrayList<>();
        for (int b : chosen) {
            BufferAssignment.Lifetime lifetime = buffers.get(b).lifetime().orElseThrow();
            requests.add(
                    sharing
                            ? new MemoryPlanner.Request(buffers.get(b).bytes(), lifetime.first(), lifetime.last())
                            : new MemoryPlanner.Request(buffers.get(b).bytes(), BatchedModel.START, model.end()));
        }
        return requests;
    }
}
