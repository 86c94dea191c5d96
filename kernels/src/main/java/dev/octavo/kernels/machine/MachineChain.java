package dev.octavo.kernels.machine;

import dev.octavo.kernels.Border;
import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.ConvolutionChain;
import dev.octavo.kernels.ConvolutionChain.Strip;
import dev.octavo.kernels.ConvolutionShape;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.TensorView;
import dev.octavo.kernels.TierUnavailableException;
import dev.octavo.kernels.machine.code.CodeFamily;
import dev.octavo.kernels.machine.code.KernelCode;
import dev.octavo.kernels.machine.code.StripCode;
import dev.octavo.kernels.machine.work.ConvolutionTensors;
import dev.octavo.kernels.machine.work.LaneKernel;
import dev.octavo.kernels.machine.work.WorkList;
import dev.octavo.kernels.machine.work.WorkList.Item;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@link ConvolutionChain} as one kernel: the variants of all its convolutions, and items that go through them block by block.
 *
 * <p>A block of output rows asks the strip before it for the rows of its windows. Rows that the last block left there are
 * copied to the strip's beginning, rows beyond the tensor are cleared, and the rest is computed, which asks the strip before
 * that one. So no row is computed twice, but where a lane begins.
 */
final class MachineChain {
    private final ConvolutionChain chain;
    private final List<RowWork> works = new ArrayList<>();
    private final StripCode mover;
    private final List<Map<Integer, List<Item>>> itemsByRows = new ArrayList<>();
    private final WorkList list = new WorkList();

    /** Rows of a tensor that its strip holds, from the strip's first row on; none if they are equal. */
    private record Held(int first, int end) {
        static final Held NOTHING = new Held(0, 0);
    }

    private MachineChain(ConvolutionChain chain, CodeFamily family, KernelCode kernel, PackingCache weights) {
        this.chain = chain;
        this.mover = kernel.strips();
        for (Convolution convolution : chain.convolutions()) {
            // Nothing is prefetched: items are repeated for each block of rows, and what they would prefetch with them.
            works.add(
                    convolution.depthwise()
                            ? new MachineDepthwise(convolution, family, kernel, weights)
                            : MachineConvolution.of(convolution, family, kernel, weights, 0));
            itemsByRows.add(new HashMap<>());
        }
    }

    static Kernel prepare(ConvolutionChain chain, CodeFamily family, PackingCache weights, Arena arena)
            throws TierUnavailableException {
        KernelCode kernel = family.kernel(arena);
        MachineChain work = new MachineChain(chain, family, kernel, weights);
        int[] laneStarts = work.addLanes();
        String name = work.works.stream().map(RowWork::name).collect(Collectors.joining("+"));
        return new LaneKernel(kernel.build(name.replace("-" + family.label() + "+", "+"), work.list), laneStarts);
    }

    /** Where the items of each lane begin, and where the last ones end. */
    private int[] addLanes() {
        TensorView output = chain.convolutions().getLast().output();
        int perImage = (output.height() + chain.blockRows() - 1) / chain.blockRows();
        int blocks = output.batch() * perImage;
        int lanes = Math.min(chain.lanes(), blocks);
        int[] starts = new int[lanes + 1];
        for (int lane = 0; lane < lanes; lane++) {
            Lane work = new Lane(lane);
            for (int block = blocks * lane / lanes; block < blocks * (lane + 1) / lanes; block++) {
                int row = block % perImage * chain.blockRows();
                work.add(block / perImage, row, Math.min(row + chain.blockRows(), output.height()));
            }
            starts[lane + 1] = list.size();
        }
        return starts;
    }

    /** Items of the first rows of a convolution's output. */
    private List<Item> items(int index, int rows) {
        return itemsByRows.get(index).computeIfAbsent(rows, _ -> {
            ConvolutionTensors whole =
                    ConvolutionTensors.of(chain.convolutions().get(index));
            int inputRows = ConvolutionChain.inputRows(whole.shape(), rows);
            TensorView residual = whole.residual();
            return works.get(index)
                    .items(new ConvolutionTensors(
                            firstRows(whole.input(), inputRows),
                            firstRows(whole.output(), rows),
                            residual == null ? null : firstRows(residual, rows),
                            whole.shape(),
                            Border.NONE));
        });
    }

    private static TensorView firstRows(TensorView view, int rows) {
        return view.window(new int[4], new int[] {1, view.channels(), rows, view.width()});
    }

    /** The work of one lane, on strips of its own. */
    private final class Lane {
        private final int lane;
        private final List<Held> held = new ArrayList<>();
        private int image = -1;

        Lane(int lane) {
            this.lane = lane;
            chain.strips().forEach(_ -> held.add(Held.NOTHING));
        }

        /** Rows of the last output. */
        void add(int ofImage, int from, int to) {
            if (ofImage != image) {
                image = ofImage;
                held.replaceAll(_ -> Held.NOTHING);
            }
            produce(chain.convolutions().size() - 1, from, to);
        }

        /** Adds items that compute rows of the output of a convolution, after what they depend on. */
        private void produce(int index, int from, int to) {
            if (from >= to) {
                return;
            }
            Convolution convolution = chain.convolutions().get(index);
            if (index > 0) {
                fill(index - 1, convolution, from, to);
            }
            TensorView in = convolution.input();
            TensorView out = convolution.output();
            TensorView residual = convolution.residual() == null
                    ? out
                    : convolution.residual().view();
            long inputRow = (long) from * convolution.shape().strideHeight();
            long input = place(in, index - 1, inputRow);
            long output = place(out, index, from);
            long added = convolution.residual() == null ? output : place(residual, works.size() - 1, from);
            for (Item item : items(index, to - from)) {
                list.add(item.moved(input, output, added));
            }
        }

        /** How far a row lies from where the view begins; before the first convolution and after the last one there is no strip. */
        private long place(TensorView view, int strip, long row) {
            if (strip < 0 || strip == held.size()) {
                return image * view.imageStride() + row * view.rowStride();
            }
            return laneBytes(strip) * lane + (row - held.get(strip).first()) * view.rowStride();
        }

        private long laneBytes(int strip) {
            return chain.strips().get(strip).rows()
                    * chain.convolutions().get(strip).output().rowStride();
        }

        /** Brings the rows that a reader's output rows depend on into a strip. */
        private void fill(int strip, Convolution reader, int from, int to) {
            Strip extent = chain.strips().get(strip);
            TensorView written = chain.convolutions().get(strip).output();
            ConvolutionShape shape = reader.shape();
            int first = from * shape.strideHeight() - extent.top();
            int end = first + ConvolutionChain.inputRows(shape, to - from);
            Held before = held.get(strip);
            int kept = Math.max(0, before.end() - Math.max(first, before.first()));
            // A reader's view begins with the padding above, at the left padding of the strip's first row.
            long origin = reader.input().offset() + extent.top() * written.rowStride() + laneBytes(strip) * lane;
            if (kept > 0 && first != before.first()) {
                long bytes = kept * written.rowStride();
                list.add(mover.copy(origin + (first - before.first()) * written.rowStride(), origin, bytes));
            }
            int next = kept > 0 ? first + kept : first;
            if (next < 0) {
                int above = Math.min(end, 0) - next;
                list.add(mover.clear(origin + (next - first) * written.rowStride(), above * written.rowStride()));
                next += above;
            }
            int last = Math.min(end, written.height());
            held.set(strip, new Held(first, end));
            produce(strip, next, last);
            int beyond = Math.max(next, last);
            if (beyond < end) {
                list.add(mover.clear(
                        origin + (beyond - first) * written.rowStride(), (end - beyond) * written.rowStride()));
            }
        }
    }
}
