package dev.octavo.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Cases of every operation, from fixed seeds. */
final class KernelCases {
    private KernelCases() {}

    static List<KernelCase> all() {
        List<KernelCase> cases = new ArrayList<>();
        add(cases, "Convolution", 150, ConvolutionCases::any);
        add(cases, "Convolution/depthwise", 60, ConvolutionCases::depthwise);
        add(cases, "Convolution/deep", 16, ConvolutionCases::deep);
        add(cases, "FloatConvolution", 100, FloatConvolutionCases::any);
        add(cases, "FloatConvolution/depthwise", 40, FloatConvolutionCases::depthwise);
        add(cases, "FloatConvolution/deep", 6, FloatConvolutionCases::deep);
        add(cases, "FloatConvolution/special", 60, FloatConvolutionCases::special);
        add(cases, "Pooling", 100, PoolingCases::any);
        add(cases, "Pooling/global", 30, PoolingCases::global);
        add(cases, "QuantizedAdd", 50, ElementwiseCases::add);
        add(cases, "QuantizedMultiply", 40, ElementwiseCases::multiply);
        add(cases, "LookUp", 25, ElementwiseCases::lookUp);
        add(cases, "Copy", 40, ElementwiseCases::copy);
        add(cases, "Fill", 40, ElementwiseCases::fill);
        add(cases, "Quantize", 50, ElementwiseCases::quantize);
        add(cases, "Dequantize", 25, ElementwiseCases::dequantize);
        add(cases, "FloatUnary", 160, FloatCases::unary);
        add(cases, "FloatBinary", 90, FloatCases::binary);
        add(cases, "FloatMatMul", 25, FloatCases::matMul);
        add(cases, "FloatSoftmax", 20, FloatCases::softmax);
        add(cases, "FloatReduction", 40, FloatCases::reduction);
        add(cases, "FloatSelect", 20, FloatCases::select);
        add(cases, "FloatArgExtreme", 20, FloatCases::argExtreme);
        add(cases, "FloatTopK", 20, FloatCases::topK);
        add(cases, "FloatGather", 20, FloatCases::gather);
        add(cases, "FloatScatter", 20, FloatCases::scatter);
        return cases;
    }

    private static void add(
            List<KernelCase> cases, String name, int count, Function<TestMemory, KernelSpec> generator) {
        for (int seed = 0; seed < count; seed++) {
            TestMemory memory = new TestMemory(seed);
            cases.add(new KernelCase(name + "#" + seed, generator.apply(memory), memory));
        }
    }
}
