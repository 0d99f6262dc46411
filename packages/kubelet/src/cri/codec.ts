// Declared messages on the wire of gRPC: proto3, where zero values are left out.
import type { MessageCodec } from "@knots/host";
import { decodeMessage, encodeMessage, type JsonObject, type ObjectSchema } from "@knots/machinery";

/** The codec of one message. Numbers beyond 2^53 (times in nanoseconds) lose their last digits. */
export function messageCodec<T>(schema: ObjectSchema<T>): MessageCodec<T> {
  return {
    encode: (value) => encodeMessage(schema, value as JsonObject, { zero: "omit" }),
    decode: (bytes) => decodeMessage(schema, bytes, { roundLarge: true }) as T,
  };
}
