// What is encrypted at rest, with upstream's flag names.
import { UserError } from "./user-error.ts";

/** Names as the command line's parser makes them from the flags. */
export interface EncryptionSettings {
  /** An EncryptionConfiguration; absent: Secrets are encrypted with a key of the data directory, where the store is there too. */
  readonly encryptionProviderConfig?: string;
  /** Whether that file is loaded again when it changes. */
  readonly encryptionProviderConfigAutomaticReload?: boolean;
}

export const CONFIG_FLAG = "--encryption-provider-config";
export const RELOAD_FLAG = "--encryption-provider-config-automatic-reload";

/** The settings alone, checked; throws a UserError that names the flag. */
export function encryptionOf(raw: EncryptionSettings): EncryptionSettings {
  const { encryptionProviderConfig: file, encryptionProviderConfigAutomaticReload: reload } = raw;
  if (reload && file === undefined) throw new UserError("error.needsFlag", { flag: RELOAD_FLAG, other: CONFIG_FLAG });
  return {
    ...(file !== undefined && { encryptionProviderConfig: file }),
    ...(reload && { encryptionProviderConfigAutomaticReload: true }),
  };
}

/** The same settings as flags of another process of ours. */
export function encryptionFlags(settings: EncryptionSettings): readonly string[] {
  const { encryptionProviderConfig: file, encryptionProviderConfigAutomaticReload: reload } = settings;
  return [...(file === undefined ? [] : [CONFIG_FLAG, file]), ...(reload ? [RELOAD_FLAG] : [])];
}

/** Whether Secrets are encrypted with a key of the data directory: the servers of an etcd would each have another. */
export const hasOwnEncryption = (
  settings: EncryptionSettings & { readonly etcdServers?: readonly string[] | undefined },
): boolean => settings.encryptionProviderConfig === undefined && settings.etcdServers === undefined;
