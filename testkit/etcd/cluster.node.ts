// A real etcd of one, three or five members on loopback, in a folder of its own that goes with it.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPki } from "@knots/host";
import { realClock } from "@knots/std";
import { type EtcdMember, etcdMember, type MemberTls } from "./member.node.ts";

export interface EtcdClusterOptions {
  readonly members?: 1 | 3 | 5;
  /** Clients speak TLS and show a certificate. */
  readonly tls?: boolean;
  readonly flags?: readonly string[];
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  /** URLs for clients. */
  readonly urls: readonly string[];
  /** Files of a client's certificate; present with `tls`. */
  readonly client?: MemberTls;
  readonly folder: string;
  stop(): Promise<void>;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  return Promise.all(
    servers.map((server) => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      return new Promise<number>((resolve) => server.close(() => resolve(port)));
    }),
  );
}

async function writeTls(folder: string): Promise<{ readonly server: MemberTls; readonly client: MemberTls }> {
  const pki = await openPki(join(folder, "pki"), () => realClock.now());
  const authority = join(folder, "pki", "ca.crt");
  const file = (name: string): MemberTls => ({
    certificate: join(folder, "pki", `${name}.crt`),
    key: join(folder, "pki", `${name}.key`),
    authority,
  });
  // The server's certificate serves etcd's own connection to itself too.
  await pki.leaf("server", { user: "etcd", usages: ["server", "client"], ipAddresses: ["127.0.0.1"] });
  await pki.leaf("client", { user: "kube-apiserver", usages: ["client"] });
  await writeFile(join(folder, "pki", ".made"), "");
  return { server: file("server"), client: file("client") };
}

/** Starts the members; they may still be electing when this resolves. */
export async function startEtcd({
  members: count = 1,
  tls = false,
  flags,
}: EtcdClusterOptions = {}): Promise<EtcdCluster> {
  const folder = await mkdtemp(join(tmpdir(), "knots-etcd-"));
  const files = tls ? await writeTls(folder) : undefined;
  const ports = await freePorts(count * 2);
  const names = Array.from({ length: count }, (_, number) => `m${number}`);
  const peerPort = (number: number): number => ports[count + number] ?? 0;
  const cluster = names.map((name, number) => `${name}=http://127.0.0.1:${peerPort(number)}`).join(",");
  const members = names.map((name, number) =>
    etcdMember({
      name,
      folder,
      address: "127.0.0.1",
      clientPort: ports[number] ?? 0,
      peerPort: peerPort(number),
      cluster,
      tls: files?.server,
      heartbeat: count === 1 ? 10 : 50,
      flags,
    }),
  );
  await Promise.all(members.map((member) => member.start()));
  return {
    members,
    urls: members.map(({ url }) => url),
    ...(files && { client: files.client }),
    folder,
    async stop() {
      await Promise.all(members.map((member) => member.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
