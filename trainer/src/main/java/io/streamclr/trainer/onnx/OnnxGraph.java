package io.streamclr.trainer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.wire.HalfFloat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An ONNX graph that grows, operator by operator, in the protobuf classes that ONNX publishes. */
final class OnnxGraph {

    /** The first with a {@code Resize} that smooths what it makes smaller; ONNX Runtime has it since 1.14. */
    static final int OPSET = 18;

    /** Of the file's form, as ONNX 1.13 wrote it with that operator set. */
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("encoder");
    private final boolean half;
    private final Set<String> constants = new HashSet<>();
    private int nodes;

    /** @param half whether weights, and what is computed with them, are 16-bit floats */
    OnnxGraph(boolean half) {
        this.half = half;
    }

    /** The type of the weights and of what is computed with them. */
    int type() {
        return (half ? TensorProto.DataType.FLOAT16 : TensorProto.DataType.FLOAT).getNumber();
    }

    /** @param sides a length, or a name of one that is free */
    void input(String name, TensorProto.DataType type, Object... sides) {
        graph.addInput(value(name, type, sides));
    }

    /** Gives a value that a node made another name, by which it leaves the graph as 32-bit floats. */
    void output(String name, String value, Object... sides) {
        graph.addNode(NodeProto.newBuilder()
                .addInput(value)
                .addOutput(name)
                .setName(name)
                .setOpType("Cast")
                .addAttribute(number("to", TensorProto.DataType.FLOAT.getNumber())));
        graph.addOutput(value(name, TensorProto.DataType.FLOAT, sides));
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, Object... sides) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object side : sides) {
            TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
            if (side instanceof String free) {
                dimension.setDimParam(free);
            } else {
                dimension.setDimValue(((Number) side).longValue());
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    private static short half(float value) {
        if (!HalfFloat.reaches(value)) {
            throw new RefusalException("The encoder has a value of " + value
                    + ", and 16-bit floats reach 65,504; export it with --precision float32");
        }
        return HalfFloat.of(value);
    }

    /**
     * Adds a constant of the type that is computed with.
     *
     * @throws RefusalException if a value is too large for 16 bits
     */
    String weights(String name, float[] values, long... shape) {
        int width = half ? Short.BYTES : Float.BYTES;
        ByteBuffer raw = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (half) {
                raw.putShort(half(value));
            } else {
                raw.putFloat(value);
            }
        }
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(type()).setRawData(ByteString.copyFrom(raw.flip()));
        Arrays.stream(shape).forEach(tensor::addDims);
        graph.addInitializer(tensor);
        constants.add(name);
        return name;
    }

    /** Adds a constant of 64-bit integers. */
    String integers(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        constants.add(name);
        return name;
    }

    /** Adds a constant of one 64-bit integer, without a side; once by each name. */
    String integer(String name, long value) {
        if (!knows(name)) {
            constants.add(name);
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.INT64.getNumber())
                    .addInt64Data(value));
        }
        return name;
    }

    /** Whether there is a constant of this name. */
    boolean knows(String name) {
        return constants.contains(name);
    }

    /**
     * Adds an operator.
     *
     * @return the name of its output
     */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String name = operator + "_" + nodes++;
        graph.addNode(NodeProto.newBuilder()
                .addAllInput(inputs)
                .addOutput(name)
                .setName(name)
                .setOpType(operator)
                .addAllAttribute(List.of(attributes)));
        return name;
    }

    static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto fraction(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto word(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto numbers(String name, long... values) {
        AttributeProto.Builder list =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(list::addInts);
        return list.build();
    }

    /** The file. @param about what it says of itself, by name */
    byte[] model(Map<String, String> about) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("StreamCLR")
                .setGraph(graph)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET));
        about.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }
}
