"""Reads a TensorBoard event file with Google's protobuf and a checksum of its own, and prints it as lines of JSON.

The messages are described here by the field numbers of TensorFlow's event.proto and summary.proto.
"""

import json
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

DOUBLE, FLOAT, INT64, INT32, STRING, BYTES, MESSAGE = 1, 2, 3, 5, 9, 12, 11


def described():
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="t", syntax="proto3")
    messages = {
        "Event": [("wall_time", 1, DOUBLE), ("step", 2, INT64), ("file_version", 3, STRING),
                  ("summary", 5, MESSAGE, "Summary"), ("session_log", 7, MESSAGE, "SessionLog")],
        "SessionLog": [("status", 1, INT32)],
        "Summary": [("value", 1, MESSAGE, "Value", True)],
        "Value": [("tag", 1, STRING), ("simple_value", 2, FLOAT), ("image", 4, MESSAGE, "Image")],
        "Image": [("height", 1, INT32), ("width", 2, INT32), ("colorspace", 3, INT32),
                  ("encoded_image_string", 4, BYTES)],
    }
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for field in fields:
            added = message.field.add(name=field[0], number=field[1], type=field[2],
                                      label=3 if len(field) > 4 else 1)
            if field[2] == MESSAGE:
                added.type_name = ".t." + field[3]
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("t.Event"))


def masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        length, of_length = struct.unpack_from("<QI", data, at)
        assert of_length == masked(data[at:at + 8]), "checksum of a length"
        content = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(content), "checksum of a record"
        yield content
        at += 16 + length


def main():
    event_type = described()
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    for record in records(data):
        event = event_type.FromString(record)
        assert event.SerializeToString(deterministic=True), "an event says something"
        shown = {"step": event.step, "at": event.wall_time}
        if event.file_version:
            shown["version"] = event.file_version
        if event.HasField("session_log"):
            shown["session"] = event.session_log.status
        for value in event.summary.value:
            if value.HasField("image"):
                picture = value.image
                shown[value.tag] = [picture.width, picture.height, picture.colorspace,
                                   picture.encoded_image_string[1:4].decode()]
            else:
                shown[value.tag] = value.simple_value
        print(json.dumps(shown))


main()
