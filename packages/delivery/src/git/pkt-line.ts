// git's packet lines: four hexadecimal digits of length, then the payload; "0000" is a flush.

/** Longest payload of one packet. */
export const MAX_PAYLOAD = 65_516;

export const FLUSH: Uint8Array = Buffer.from("0000");

/** One packet. Throws when the payload is too long for one. */
export function packet(payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  if (bytes.length > MAX_PAYLOAD) throw new RangeError(`a packet holds ${MAX_PAYLOAD} bytes, not ${bytes.length}`);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, "0")), bytes]);
}

/** Side-band channels: 1 is the answer itself, 2 is text for the user, 3 a fatal error. */
export type Band = 1 | 2 | 3;

/** The bytes as packets of a channel, as many as needed. */
export function banded(band: Band, payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  const parts: Uint8Array[] = [];
  // 995 bytes of payload is what clients of the small side-band accept as well.
  for (let at = 0; at < bytes.length; at += 995) {
    parts.push(packet(Buffer.concat([Uint8Array.of(band), bytes.subarray(at, at + 995)])));
  }
  return Buffer.concat(parts);
}

/** A packet's payload; undefined stands for a flush (or another packet without payload). */
export type Packet = Uint8Array | undefined;

/** The bytes are not packets. */
export class PacketError extends Error {
  override readonly name = "PacketError";
}

/** Whole packets at the start of `bytes`, up to `limit` of them, and where the first incomplete one begins. */
export function readPackets(
  bytes: Uint8Array,
  limit: number = Number.POSITIVE_INFINITY,
): { packets: Packet[]; end: number } {
  const packets: Packet[] = [];
  let end = 0;
  while (packets.length < limit) {
    const next = packetAt(bytes, end);
    if (!next) break;
    packets.push(next.payload);
    end = next.end;
  }
  return { packets, end };
}

/** The packet that starts at `at`; undefined while it is incomplete. Throws a PacketError on what is no length. */
export function packetAt(
  bytes: Uint8Array,
  at: number,
): { readonly payload: Packet; readonly end: number } | undefined {
  if (bytes.length < at + 4) return undefined;
  const digits = Buffer.from(bytes.subarray(at, at + 4)).toString("latin1");
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new PacketError(`not a packet length: ${JSON.stringify(digits)}`);
  const length = Number.parseInt(digits, 16);
  // 0000, 0001 and 0002 are flush, delimiter and end of response; 3 is none.
  if (length < 4) return { payload: undefined, end: at + 4 };
  return bytes.length < at + length ? undefined : { payload: bytes.subarray(at + 4, at + length), end: at + length };
}
