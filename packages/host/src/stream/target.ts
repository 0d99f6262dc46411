// Where a stream goes: an HTTP or HTTPS address with the credentials to reach it.

/** PEM texts of a TLS client. */
export interface TlsIdentity {
  /** The authority that the server's certificate must come from. */
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name that the server's certificate must bear; the host of the URL when absent. */
  readonly servername?: string;
  /** Accept any certificate (the caller's users asked for that). */
  readonly insecure?: boolean;
}

export interface StreamTarget {
  /** `http:` or `https:`, with path and query. */
  readonly url: URL;
  /** For `https:`. */
  readonly tls?: TlsIdentity;
}

/** Limits of streams; all in milliseconds, all with defaults. */
export interface StreamTimes {
  /** Until the other side has accepted the connection and answered the request (30,000). */
  readonly answer?: number;
  /** How long the rest of a connection may make no progress after one side has ended (30,000). */
  readonly linger?: number;
  /** Between pings on WebSockets; a side that is silent for two of them is gone (30,000). */
  readonly ping?: number;
}

export const DEFAULT_TIMES: Required<StreamTimes> = { answer: 30_000, linger: 30_000, ping: 30_000 };
