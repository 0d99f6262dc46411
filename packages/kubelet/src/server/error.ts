// A request that the kubelet's server refuses: a status of HTTP and a sentence.

/** The text goes to the client, through the API server. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
