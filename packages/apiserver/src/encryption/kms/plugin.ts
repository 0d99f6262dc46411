// A KMS plugin as a port, and over gRPC on a unix socket.
import { createGrpcClient } from "@knots/host";
import { type Random, uuid } from "@knots/std";
import { kmsMethods, type PluginStatus, type SealedSeed } from "./messages.ts";

/** Keeps keys outside of this process. Calls reject when the plugin does not answer in time, or refuses. */
export interface KmsPlugin {
  status(): Promise<PluginStatus>;
  encrypt(plain: Uint8Array): Promise<SealedSeed>;
  decrypt(seed: SealedSeed): Promise<Uint8Array>;
  close(): void;
}

/** Where a plugin listens, such as `unix:///run/kms.sock`; each call may take `timeout` milliseconds. */
export interface KmsAddress {
  readonly endpoint: string;
  readonly timeout: number;
}

/** Opens a plugin; nothing is sent before the first call. */
export function connectKms({ endpoint, timeout }: KmsAddress, random: Random): KmsPlugin {
  const client = createGrpcClient(endpoint);
  const { status, encrypt, decrypt } = kmsMethods;
  const limits = { timeout };
  return {
    status: () => client.call(status, undefined, limits),
    encrypt: (plain) => client.call(encrypt, { plain, uid: uuid(random) }, limits),
    decrypt: async (seed) => (await client.call(decrypt, { seed, uid: uuid(random) }, limits)).plain,
    close: () => client.close(),
  };
}
