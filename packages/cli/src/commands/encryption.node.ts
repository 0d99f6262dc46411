// Encryption at rest as the flags say it, or as a new cluster has it.
import { readFile } from "node:fs/promises";
import {
  createEncryption,
  type Encryption,
  EncryptionConfigurationError,
  parseEncryptionConfiguration,
} from "@knots/apiserver";
import { defaultEncryption, encryptionFileOf, reloadEncryption } from "@knots/cluster";
import { CONFIG_FLAG, type EncryptionSettings, hasOwnEncryption, RELOAD_FLAG } from "../settings/encryption.ts";
import type { EtcdSettings } from "../settings/etcd.ts";
import { UserError } from "../settings/user-error.ts";
import type { CommandContext } from "./context.node.ts";
import { readFlagFile } from "./flag-file.node.ts";

type EncryptionFlags = EncryptionSettings & EtcdSettings & { readonly dataDir: string };

type Around = Pick<CommandContext, "clock" | "random" | "log">;

/** Encryption at work. */
export interface OpenEncryption {
  /** Absent: everything is stored as it is. */
  readonly encryption?: Encryption;
  /** Lets go of plugins, and of the file that is looked at. */
  readonly close: () => void;
}

/** What a configuration gives; throws a UserError that names its file when it cannot be used. */
function usable<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof EncryptionConfigurationError)) throw error;
    throw new UserError("error.encryption", { path, why: error.message }, { cause: error });
  }
}

/** Throws a UserError when the file that the flag names cannot be used. */
export async function checkEncryption({ encryptionProviderConfig: file }: EncryptionSettings): Promise<void> {
  if (file === undefined) return;
  const text = await readFlagFile(file, CONFIG_FLAG);
  usable(file, () => parseEncryptionConfiguration(text));
}

interface Source {
  readonly file: string;
  readonly text: string;
}

/** The configuration to work with: the one that a flag names, or a cluster's own; none on an etcd that was given none. */
async function sourceOf(flags: EncryptionFlags): Promise<Source | undefined> {
  const { dataDir, encryptionProviderConfig: file } = flags;
  if (file !== undefined) return { file, text: await readFlagFile(file, CONFIG_FLAG) };
  if (!hasOwnEncryption(flags)) return undefined;
  return { file: encryptionFileOf(dataDir), text: await defaultEncryption(dataDir) };
}

/** Loads the file again when it changes: from now on it must be readable, not only by root who is gone. Answers how to stop that. */
async function keepReloaded(encryption: Encryption, { file, text }: Source, around: Around): Promise<() => void> {
  await readFile(file).catch((cause: unknown) => {
    const user = process.geteuid?.() ?? 0;
    throw new UserError("error.reloadFile", { flag: RELOAD_FLAG, path: file, user }, { cause });
  });
  return reloadEncryption({ encryption, file, text, ...around });
}

/** Opens what the flags say; resolves when plugins were asked. */
export async function openEncryption(flags: EncryptionFlags, around: Around): Promise<OpenEncryption> {
  const source = await sourceOf(flags);
  if (!source) {
    around.log.warn(`Secrets are stored in etcd as they are; ${CONFIG_FLAG}, the same on every server, encrypts them`);
    return { close: () => undefined };
  }
  const { etcdServers, etcdPrefix, encryptionProviderConfigAutomaticReload: reload } = flags;
  const place = etcdServers && etcdPrefix !== undefined && { prefix: etcdPrefix };
  const options = { configuration: source.text, ...place, ...around };
  const encryption = usable(source.file, () => createEncryption(options));
  await encryption.ready;
  const stop = reload ? await keepReloaded(encryption, source, around) : undefined;
  return {
    encryption,
    close() {
      stop?.();
      encryption.close();
    },
  };
}
