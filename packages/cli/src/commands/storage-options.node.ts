// The flags that say where objects are kept and how they are encrypted, for every command that takes them.
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Texts } from "../texts/text.ts";

/** Other processes of ours read the file too, from wherever they run. */
const absolute = (path: string): string => resolve(path);
export const list = (value: string): readonly string[] => value.split(",").filter((part) => part !== "");

/** Adds the flags. */
export function addStorageOptions(command: Command, text: Texts): Command {
  return command
    .option("--etcd-servers <urls>", text("option.etcdServers"), list)
    .option("--etcd-cafile <path>", text("option.etcdCafile"), absolute)
    .option("--etcd-certfile <path>", text("option.etcdCertfile"), absolute)
    .option("--etcd-keyfile <path>", text("option.etcdKeyfile"), absolute)
    .option("--etcd-prefix <prefix>", text("option.etcdPrefix"))
    .option("--encryption-provider-config <path>", text("option.encryptionConfig"), absolute)
    .option("--encryption-provider-config-automatic-reload", text("option.encryptionReload"));
}
