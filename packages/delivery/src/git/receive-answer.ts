// Follows the answer of receive-pack: what is for the user goes on at once, the report is held until it is known to be final.
import { type Packet, packetAt } from "./pkt-line.ts";

/** Takes receive-pack's output as it comes. */
export interface AnswerReader {
  /** Bytes that may be sent on now. Throws a PacketError on what is no packet. */
  take(chunk: Uint8Array): Uint8Array;
  /** The report, and the packets that carry it, as they came. */
  readonly report: Uint8Array;
  readonly held: Uint8Array;
  /** Whether git said that the pack is larger than allowed. */
  readonly tooLarge: boolean;
}

/** `banded` says whether the client takes side-band packets; without them the whole answer is the report. */
export function answerReader(banded: boolean): AnswerReader {
  let rest: Uint8Array = new Uint8Array();
  const report: Uint8Array[] = [];
  const held: Uint8Array[] = [];
  let tooLarge = false;
  const keep = (raw: Uint8Array, payload: Packet): boolean => {
    if (!banded) {
      report.push(raw);
      held.push(raw);
      return true;
    }
    // The closing flush is ours to send, after our own lines.
    if (payload === undefined) return true;
    if (payload[0] !== 1) {
      tooLarge ||= Buffer.from(payload).includes("pack exceeds maximum allowed size");
      return false;
    }
    report.push(payload.subarray(1));
    held.push(raw);
    return true;
  };
  return {
    take(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      const passed: Uint8Array[] = [];
      let at = 0;
      for (let next = packetAt(bytes, at); next; next = packetAt(bytes, at)) {
        const raw = bytes.subarray(at, next.end);
        if (!keep(raw, next.payload)) passed.push(raw);
        at = next.end;
      }
      rest = bytes.subarray(at);
      return Buffer.concat(passed);
    },
    get report() {
      return Buffer.concat(report);
    },
    get tooLarge() {
      return tooLarge;
    },
    get held() {
      return Buffer.concat(held);
    },
  };
}
