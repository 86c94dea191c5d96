package dev.octavo.kernels.scalar;

import dev.octavo.kernels.Convolution;
import dev.octavo.kernels.Copy;
import dev.octavo.kernels.Dequantize;
import dev.octavo.kernels.Fill;
import dev.octavo.kernels.FloatArgExtreme;
import dev.octavo.kernels.FloatBinary;
import dev.octavo.kernels.FloatConvolution;
import dev.octavo.kernels.FloatGather;
import dev.octavo.kernels.FloatMatMul;
import dev.octavo.kernels.FloatReduction;
import dev.octavo.kernels.FloatScatter;
import dev.octavo.kernels.FloatSelect;
import dev.octavo.kernels.FloatSoftmax;
import dev.octavo.kernels.FloatTopK;
import dev.octavo.kernels.FloatUnary;
import dev.octavo.kernels.Kernel;
import dev.octavo.kernels.KernelSet;
import dev.octavo.kernels.KernelSpec;
import dev.octavo.kernels.LookUp;
import dev.octavo.kernels.PackingCache;
import dev.octavo.kernels.Pooling;
import dev.octavo.kernels.Quantize;
import dev.octavo.kernels.QuantizedAdd;
import dev.octavo.kernels.QuantizedMultiply;
import java.lang.foreign.Arena;
import java.util.Optional;

/** The tier that has every kernel and defines the result of each. */
public final class ScalarKernels implements KernelSet {
    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Optional<Kernel> prepare(KernelSpec spec, PackingCache weights, Arena arena) {
        return Optional.of(
                switch (spec) {
                    case Convolution convolution -> new ScalarConvolution(convolution, weights);
                    case FloatConvolution convolution -> new ScalarFloatConvolution(convolution, weights);
                    case Pooling pooling when pooling.input().type().quantized() -> new ScalarPooling(pooling);
                    case Pooling pooling -> new ScalarFloatPooling(pooling);
                    case QuantizedAdd add -> new ScalarQuantizedAdd(add);
                    case QuantizedMultiply multiply -> new ScalarQuantizedMultiply(multiply);
                    case LookUp lookUp -> new ScalarLookUp(lookUp);
                    case Copy copy -> new ScalarCopy(copy);
                    case Fill fill -> new ScalarFill(fill);
                    case Quantize quantize -> new ScalarQuantize(quantize);
                    case Dequantize dequantize -> new ScalarDequantize(dequantize);
                    case FloatUnary unary -> unary(unary);
                    case FloatBinary binary -> binary(binary);
                    case FloatMatMul matMul -> new ScalarFloatMatMul(matMul);
                    case FloatSoftmax softmax -> new ScalarFloatSoftmax(softmax);
                    case FloatReduction reduction -> new ScalarFloatReduction(reduction);
                    case FloatSelect select -> new ScalarFloatSelect(select);
                    case FloatArgExtreme extreme -> new ScalarFloatArgExtreme(extreme);
                    case FloatTopK topK -> new ScalarFloatTopK(topK);
                    case FloatGather gather -> new ScalarFloatGather(gather);
                    case FloatScatter scatter -> new ScalarFloatScatter(scatter);
                });
    }

    private static Kernel unary(FloatUnary spec) {
        return spec.program()
                .<Kernel>map(
                        program -> new ScalarFloatProgram("f32-unary-scalar", program, spec.output(), spec.input()))
                .orElseGet(() -> new ScalarFloatUnary(spec));
    }

    private static Kernel binary(FloatBinary spec) {
        return spec.function()
                .program()
                .<Kernel>map(program ->
                        new ScalarFloatProgram("f32-binary-scalar", program, spec.output(), spec.left(), spec.right()))
                .orElseGet(() -> new ScalarFloatBinary(spec));
    }
}
