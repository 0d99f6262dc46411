// One HTTP request and its answer, whatever version of HTTP carries them.

/** Header names are in lower case; repeated headers are joined by a comma and a space. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The subject of a client certificate that the cluster's authority signed. */
export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly certificate?: CertificateSubject | undefined;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** The whole body; rejects with 413 beyond `limit` bytes. */
  body(limit: number): Promise<Uint8Array>;
}

export interface HttpResponse {
  readonly started: boolean;
  /** Starts the answer. */
  head(status: number, headers: Readonly<Record<string, string | readonly string[]>>): void;
  /** Sends bytes; resolves when more may be sent. */
  write(bytes: Uint8Array): Promise<void>;
  end(bytes?: Uint8Array): void;
  /** Breaks the answer off, so that its client knows that it is not whole. */
  abort(): void;
}

export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}
