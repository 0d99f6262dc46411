// TLS of a gRPC client.
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { type ChannelCredentials, type ClientOptions, credentials } from "@grpc/grpc-js";

/** How a connection is secured, in PEM form. `certificate` and `key` are the client's, where the server asks for one. */
export interface GrpcTls {
  /** Authorities that are trusted; the system's when absent. */
  readonly authority?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** A name for servers that are reached by address: TLS takes no address in that place, and the library would give it one. */
const NAMELESS = "localhost";

/** Credentials and settings for a connection to `address` (host:port). The server's certificate must name the host, also where that is an address. */
export function secureChannel(
  address: string,
  { authority, certificate, key }: GrpcTls,
): { readonly credentials: ChannelCredentials; readonly options: ClientOptions } {
  const host = address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");
  const pem = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  const numeric = isIP(host) !== 0;
  return {
    credentials: credentials.createSsl(
      pem(authority),
      pem(key),
      pem(certificate),
      numeric ? { checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) } : {},
    ),
    options: numeric ? { "grpc.ssl_target_name_override": NAMELESS } : {},
  };
}
