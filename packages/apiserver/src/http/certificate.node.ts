// The identity in a client certificate.
import type { TLSSocket } from "node:tls";
import type { CertificateSubject } from "./exchange.ts";

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** Reading a certificate costs more than answering a small request: each connection's is read once. */
const known = new WeakMap<object, CertificateSubject | undefined>();

/** The subject of the peer's certificate when the cluster's authority signed it. */
export function certificateOf(
  socket: Pick<TLSSocket, "authorized" | "getPeerCertificate">,
): CertificateSubject | undefined {
  if (!known.has(socket)) known.set(socket, read(socket));
  return known.get(socket);
}

function read(socket: Pick<TLSSocket, "authorized" | "getPeerCertificate">): CertificateSubject | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  const names = subject as Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  const [commonName] = listOf(names?.["CN"]);
  return commonName ? { commonName, organizations: listOf(names?.["O"]) } : undefined;
}
