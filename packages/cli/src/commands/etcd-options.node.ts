// The flags that name an etcd, for every command that takes them.
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Texts } from "../texts/text.ts";

/** Other processes of ours read the file too, from wherever they run. */
const absolute = (path: string): string => resolve(path);
export const list = (value: string): readonly string[] => value.split(",").filter((part) => part !== "");

/** Adds the flags. */
export function addEtcdOptions(command: Command, text: Texts): Command {
  return command
    .option("--etcd-servers <urls>", text("option.etcdServers"), list)
    .option("--etcd-cafile <path>", text("option.etcdCafile"), absolute)
    .option("--etcd-certfile <path>", text("option.etcdCertfile"), absolute)
    .option("--etcd-keyfile <path>", text("option.etcdKeyfile"), absolute)
    .option("--etcd-prefix <prefix>", text("option.etcdPrefix"));
}
