// The store of a control plane: its own files, or an etcd that the flags name.
import { openEtcd } from "@knots/cluster";
import { openNodeDisk, openStore, type Store, StoreError } from "@knots/store";
import type { EtcdSettings } from "../settings/etcd.ts";
import { pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";
import type { CommandContext } from "./context.node.ts";
import { readFlagFile } from "./flag-file.node.ts";

async function optionalFile(path: string | undefined, flag: string): Promise<string | undefined> {
  return path === undefined ? undefined : readFlagFile(path, flag);
}

async function openRemote(servers: readonly string[], etcd: EtcdSettings, around: Around): Promise<Store> {
  const authority = await optionalFile(etcd.etcdCafile, "--etcd-cafile");
  const certificate = await optionalFile(etcd.etcdCertfile, "--etcd-certfile");
  const key = await optionalFile(etcd.etcdKeyfile, "--etcd-keyfile");
  const tls = { ...(authority && { authority }), ...(certificate && { certificate }), ...(key && { key }) };
  const { etcdPrefix: prefix } = etcd;
  try {
    return await openEtcd({ servers, tls, ...(prefix !== undefined && { prefix }) }, around);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new UserError("error.etcd", { servers: servers.join(","), why: error.message }, { cause: error });
  }
}

type Around = Pick<CommandContext, "clock" | "random">;

/** Opens the store; of an etcd resolves when it answered. */
export async function openClusterStore(
  flags: EtcdSettings & { readonly dataDir: string },
  around: Around,
): Promise<Store> {
  const { etcdServers } = flags;
  if (etcdServers !== undefined) return openRemote(etcdServers, flags, around);
  return openStore({ disk: await openNodeDisk(pathsOf(flags).store), clock: around.clock });
}
