// Malformed protobuf.

/** Bytes that are not the protobuf that was expected, or that exceed a limit. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/** The wire types that are in use; groups (3 and 4) are not. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof WIRE)[keyof typeof WIRE];
