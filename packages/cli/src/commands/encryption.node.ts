// Encryption at rest as the flags say it, or as a new cluster has it.
import { readFile } from "node:fs/promises";
import { createEncryption, type Encryption, EncryptionConfigurationError } from "@knots/apiserver";
import { defaultEncryption, encryptionFileOf, reloadEncryption } from "@knots/cluster";
import { CONFIG_FLAG, type EncryptionSettings, hasOwnEncryption, RELOAD_FLAG } from "../settings/encryption.ts";
import type { EtcdSettings } from "../settings/etcd.ts";
import { UserError } from "../settings/user-error.ts";
import type { CommandContext } from "./context.node.ts";
import { readFlagFile } from "./flag-file.node.ts";

type EncryptionFlags = EncryptionSettings & EtcdSettings & { readonly dataDir: string };

/** Encryption at work. */
export interface OpenEncryption {
  /** Absent: everything is stored as it is. */
  readonly encryption?: Encryption;
  /** Stops looking at its file. */
  readonly close: () => void;
}

function open(file: string, configuration: string, { etcdServers, etcdPrefix: prefix }: EtcdSettings): Encryption {
  try {
    return createEncryption({ configuration, ...(etcdServers && prefix !== undefined && { prefix }) });
  } catch (error) {
    if (!(error instanceof EncryptionConfigurationError)) throw error;
    throw new UserError("error.encryption", { path: file, why: error.message }, { cause: error });
  }
}

/** Throws a UserError when the file that the flag names cannot be used. */
export async function checkEncryption(flags: EncryptionFlags): Promise<void> {
  const { encryptionProviderConfig: file } = flags;
  if (file !== undefined) open(file, await readFlagFile(file, CONFIG_FLAG), flags);
}

/** Opens what the flags say. A file that is to be loaded again must be readable from now on, not only by root who is gone. */
export async function openEncryption(
  flags: EncryptionFlags,
  { clock, log }: Pick<CommandContext, "clock" | "log">,
): Promise<OpenEncryption> {
  const { dataDir, encryptionProviderConfig: file, encryptionProviderConfigAutomaticReload: reload } = flags;
  const close = (): void => undefined;
  if (file === undefined) {
    if (hasOwnEncryption(flags))
      return { encryption: open(encryptionFileOf(dataDir), await defaultEncryption(dataDir), flags), close };
    log.warn(`Secrets are stored in etcd as they are; ${CONFIG_FLAG}, the same on every server, encrypts them`);
    return { close };
  }
  const text = await readFlagFile(file, CONFIG_FLAG);
  const encryption = open(file, text, flags);
  if (!reload) return { encryption, close };
  await readFile(file).catch((cause: unknown) => {
    const user = process.geteuid?.() ?? 0;
    throw new UserError("error.reloadFile", { flag: RELOAD_FLAG, path: file, user }, { cause });
  });
  return { encryption, close: reloadEncryption({ encryption, file, text, clock, log }) };
}
