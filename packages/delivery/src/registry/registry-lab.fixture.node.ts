// For tests: a real docker-registry on loopback, with certificates and tokens of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, ensurePart, issueCertificate, type KeyPair, type Part, parts } from "@knots/host";
import { platformRandom, realClock } from "@knots/std";
import { type ScopedTokens, scopedTokens } from "../access/scoped-tokens.node.ts";
import { type RegistryClient, registryClient } from "./client.node.ts";
import { platformToken } from "./platform-token.ts";
import { type RegistryOptions, type RunningRegistry, startRegistry } from "./start.node.ts";

export interface RegistryLab {
  readonly folder: string;
  readonly part: Part;
  readonly authority: KeyPair;
  readonly tokens: ScopedTokens;
  readonly options: RegistryOptions;
  readonly registry: RunningRegistry;
  /** A client that may do everything. */
  readonly client: RegistryClient;
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Unpacks the part in a new data dir and starts it. Call `end` when done. */
export async function registryLab(realm = "https://127.0.0.1:1/registry/token") {
  const folder = await mkdtemp(join(tmpdir(), "knots-registry-"));
  const now = realClock.now();
  const authority = await createAuthority("cluster", now);
  const request = { user: "registry", usages: ["server"], ipAddresses: ["127.0.0.1"] } as const;
  const tokenKey = await createAuthority("registry-tokens", now);
  const tokens = scopedTokens(tokenKey, realClock, platformRandom);
  const part = await ensurePart(parts.registry, { dataDir: folder });
  const options: RegistryOptions = {
    dataDir: folder,
    part,
    address: "127.0.0.1",
    port: await freePort(),
    serving: await issueCertificate(authority, request, now),
    tokenCertificate: tokenKey.certificate,
    realm,
  };
  const registry = await startRegistry(options);
  const address = `127.0.0.1:${options.port}`;
  const client = registryClient({ address, authority: authority.certificate, token: platformToken(tokens) });
  const lab: RegistryLab = { folder, part, authority, tokens, options, registry, client };
  const end = async (): Promise<void> => {
    client.close();
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...lab, end };
}
