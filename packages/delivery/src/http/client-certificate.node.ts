// Who a client certificate names: the common name is the user, organizations are the groups.
import type { IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Caller } from "../access/access.ts";

/** The caller of a request over TLS whose certificate our authority signed; undefined otherwise. */
export function certificateCaller({ socket }: IncomingMessage): Caller | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  // Several organizations come as an array, one as a text.
  const subject: { CN?: string | string[]; O?: string | string[] } | undefined = socket.getPeerCertificate().subject;
  const [username] = [subject?.CN ?? []].flat();
  return username === undefined ? undefined : { username, groups: [subject?.O ?? []].flat() };
}
