// DNS messages on the wire: the one place that knows the packet library.
import { decode, encode, type Packet } from "dns-packet";
import type { Answer, Question, ResourceRecord, ResponseCode } from "./resolver.ts";

const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const CODES: readonly ResponseCode[] = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/** A decoded question with what its answer depends on. */
export interface IncomingQuery {
  readonly id: number;
  readonly question: Question;
  /** The name as it came: clients may check that upper and lower case come back as they went. */
  readonly asked: string;
  /** Bytes that the client takes over UDP: 512, or what its EDNS option says (at most 1232). */
  readonly maxSize: number;
  readonly edns: boolean;
  readonly recursionDesired: boolean;
}

/** Decodes a query; undefined when it is none that can be answered (several questions, an answer, garbage). */
export function decodeQuery(bytes: Uint8Array): IncomingQuery | undefined {
  let packet: ReturnType<typeof decode>;
  try {
    packet = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch {
    return undefined;
  }
  const [first, ...more] = packet.questions ?? [];
  if (packet.type !== "query" || !first || more.length > 0) return undefined;
  const option = packet.additionals?.find((record) => record.type === "OPT");
  const offered = option && "udpPayloadSize" in option ? Number(option.udpPayloadSize) : 512;
  return {
    id: packet.id ?? 0,
    asked: first.name,
    question: { name: first.name.toLowerCase().replace(/\.$/, ""), type: first.type },
    maxSize: Math.min(1232, Math.max(512, offered)),
    edns: option !== undefined,
    recursionDesired: ((packet.flags ?? 0) & RECURSION_DESIRED) !== 0,
  };
}

const records = (list: readonly ResourceRecord[] | undefined): NonNullable<Packet["answers"]> =>
  (list ?? []).map((record) => ({ ...record, class: "IN" })) as NonNullable<Packet["answers"]>;

/** Encodes an answer; past `limit` bytes it is sent empty and marked as cut, so that the client comes back over TCP. */
export function encodeAnswer(query: IncomingQuery, answer: Answer, limit: number): Uint8Array {
  const flags =
    CODES.indexOf(answer.code) |
    RECURSION_AVAILABLE |
    (answer.authoritative ? AUTHORITATIVE : 0) |
    (query.recursionDesired ? RECURSION_DESIRED : 0);
  const options = query.edns
    ? [
        {
          type: "OPT" as const,
          name: ".",
          udpPayloadSize: 1232,
          flags: 0,
          flag_do: false,
          extendedRcode: 0,
          ednsVersion: 0,
          options: [],
        },
      ]
    : [];
  const packet: Packet = {
    type: "response",
    id: query.id,
    flags,
    questions: [{ name: query.asked, type: query.question.type as "A" }],
    answers: records(answer.answers),
    authorities: records(answer.authorities),
    additionals: [...records(answer.additionals), ...options],
  };
  const bytes = encode(packet);
  if (bytes.length <= limit) return bytes;
  return encode({ ...packet, flags: flags | TRUNCATED, answers: [], authorities: [], additionals: options });
}

/** Encodes a question for a name server outside. */
export function encodeQuery(question: Question, id: number): Uint8Array {
  return encode({
    type: "query",
    id,
    flags: RECURSION_DESIRED,
    questions: [{ name: question.name, type: question.type as "A" }],
  });
}

/** Decodes a name server's answer; throws when it is not a DNS message. */
export function decodeAnswer(bytes: Uint8Array): Answer {
  const packet = decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) as Packet & {
    readonly rcode?: string;
  };
  const plain = (list: Packet["answers"]): readonly ResourceRecord[] =>
    (list ?? [])
      .filter((record) => record.type !== "OPT")
      .map((record) => ({
        name: record.name,
        type: record.type,
        ttl: "ttl" in record ? (record.ttl ?? 0) : 0,
        data: "data" in record ? record.data : undefined,
      }));
  const code = CODES.find((candidate) => candidate === packet.rcode) ?? "SERVFAIL";
  return { code, authoritative: false, answers: plain(packet.answers), authorities: plain(packet.authorities) };
}

/** The id of an encoded message. */
export const messageId = (bytes: Uint8Array): number => ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
/** Whether an encoded answer was cut. */
export const isTruncated = (bytes: Uint8Array): boolean => ((bytes[2] ?? 0) & 0x02) !== 0;
