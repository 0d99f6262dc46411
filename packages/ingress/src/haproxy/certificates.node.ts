// Certificates of hosts: one PEM file each, named in a list that HAProxy reads at its start and is told of at run time.
import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { readTextFile, writeFileAtomic } from "@knots/host";
import type { HostCertificate } from "../routes/routes.ts";
import { certificateCommands } from "./changes.ts";
import { filesOf } from "./config.ts";
import { tell } from "./socket.node.ts";

/** Where certificates come from and go to. */
export interface CertificateOptions {
  readonly folder: string;
  readonly certificateFor: (wanted: HostCertificate) => Promise<string>;
}
/** The certificates that HAProxy holds. */
export interface CertificateStore {
  /** Brings HAProxy to these hosts; unchanged certificates are left alone. */
  apply(wanted: readonly HostCertificate[]): Promise<void>;
}

/** Shown to clients that name no host we know. */
const DEFAULT_HOST = "ingress.knots.internal";

/** File of a host's certificate; wildcards and long names are no trouble for a file system. */
function fileOf(folder: string, host: string): string {
  return `${filesOf(folder).certificates}/${createHash("sha256").update(host).digest("hex").slice(0, 32)}.pem`;
}

const listText = (folder: string, hosts: Iterable<string>): string =>
  [`${fileOf(folder, DEFAULT_HOST)}\n`, ...[...hosts].map((host) => `${fileOf(folder, host)} ${host}\n`)].join("");

/** Reads `file host` lines back into hosts. */
function hostsOfList(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => line.split(" ").slice(1, 2));
}

/** Loads what is on disk, so that HAProxy can start; makes the default certificate when there is none. */
export async function createCertificates({ folder, certificateFor }: CertificateOptions): Promise<CertificateStore> {
  const files = filesOf(folder);
  const held = new Map<string, string>();
  for (const host of hostsOfList((await readTextFile(files.certificateList)) ?? "")) {
    const pem = await readTextFile(fileOf(folder, host));
    if (pem !== undefined) held.set(host, pem);
  }
  const standard = fileOf(folder, DEFAULT_HOST);
  if ((await readTextFile(standard)) === undefined)
    await writeFileAtomic(standard, await certificateFor({ host: DEFAULT_HOST }));
  const writeList = (): Promise<void> =>
    writeFileAtomic(files.certificateList, listText(folder, held.keys()), { durable: false });
  await writeList();

  const put = async (wanted: HostCertificate): Promise<void> => {
    const { host } = wanted;
    const pem = await certificateFor(wanted);
    const old = held.get(host);
    if (old === pem) return;
    const file = fileOf(folder, host);
    await writeFileAtomic(file, pem);
    await tell(
      files.socket,
      old === undefined
        ? certificateCommands.add(files.certificateList, file, { pem, host })
        : certificateCommands.replace(file, pem),
    );
    held.set(host, pem);
  };
  return {
    async apply(wanted) {
      const hosts = new Set(wanted.map(({ host }) => host));
      const gone = [...held.keys()].filter((host) => !hosts.has(host));
      for (const certificate of wanted) await put(certificate);
      for (const host of gone) {
        await tell(files.socket, certificateCommands.remove(files.certificateList, fileOf(folder, host)));
        held.delete(host);
      }
      await writeList();
      for (const host of gone) await rm(fileOf(folder, host), { force: true });
    },
  };
}
