// A resolver as a chain of plugins: each answers a question or passes it on.

/** Record types that plugins make; other types are answered with no data or forwarded. */
export type RecordType =
  | "A"
  | "AAAA"
  | "CNAME"
  | "PTR"
  | "SRV"
  | "SOA"
  | "TXT"
  | "NS"
  | "MX"
  | "CAA"
  | "NAPTR"
  | "DS"
  | "ANY"
  | "HTTPS"
  | (string & {});

export interface Question {
  /** Lower-case name without the last dot. */
  readonly name: string;
  readonly type: RecordType;
}

/** One resource record; `ttl` in seconds; `data` as the wire library shapes it for the type. */
export interface ResourceRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly data: unknown;
}

export type ResponseCode = "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED" | "NOTIMP" | "FORMERR";

export interface Answer {
  readonly code: ResponseCode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities?: readonly ResourceRecord[];
  readonly additionals?: readonly ResourceRecord[];
}

/** Resolves one question. */
export type Resolve = (question: Question) => Promise<Answer>;

/** A link of the chain. It may answer, change the answer of `next`, or pass the question on. */
export type Plugin = (question: Question, next: Resolve) => Promise<Answer>;

/** Says that nobody here may answer this question. */
export const REFUSED: Answer = { code: "REFUSED", authoritative: false, answers: [] };

/** Joins plugins; a question that falls through all of them is refused. */
export function chain(plugins: readonly Plugin[]): Resolve {
  return plugins.reduceRight<Resolve>(
    (next, plugin) => (question) => plugin(question, next),
    () => Promise.resolve(REFUSED),
  );
}
