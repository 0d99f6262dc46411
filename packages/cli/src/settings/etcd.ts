// Which etcd a cluster keeps its objects in, with upstream's flag names.
import { UserError } from "./user-error.ts";

/** Names as the command line's parser makes them from the flags. */
export interface EtcdSettings {
  /** URLs of the members; absent: the cluster has a store of its own. */
  readonly etcdServers?: readonly string[];
  /** Files in PEM form. */
  readonly etcdCafile?: string;
  readonly etcdCertfile?: string;
  readonly etcdKeyfile?: string;
  /** What etcd's keys start with. */
  readonly etcdPrefix?: string;
}

const FILES = { etcdCafile: "--etcd-cafile", etcdCertfile: "--etcd-certfile", etcdKeyfile: "--etcd-keyfile" } as const;

/** The settings alone, checked; throws a UserError that names the flag. */
export function etcdOf(raw: EtcdSettings): EtcdSettings {
  const { etcdServers, etcdCafile, etcdCertfile, etcdKeyfile, etcdPrefix } = raw;
  for (const server of etcdServers ?? []) {
    if (!/^https?:\/\/[^/]+\/?$/.test(server)) throw new UserError("error.etcdServer", { value: server });
  }
  const lone = (Object.keys(FILES) as (keyof typeof FILES)[]).find((name) => raw[name] !== undefined && !etcdServers);
  if (lone !== undefined) throw new UserError("error.etcdAlone", { flag: FILES[lone] });
  return {
    ...(etcdServers && { etcdServers }),
    ...(etcdCafile !== undefined && { etcdCafile }),
    ...(etcdCertfile !== undefined && { etcdCertfile }),
    ...(etcdKeyfile !== undefined && { etcdKeyfile }),
    ...(etcdPrefix !== undefined && { etcdPrefix }),
  };
}

/** The same settings as flags of another process of ours. */
export function etcdFlags({ etcdServers, etcdPrefix, ...files }: EtcdSettings): readonly string[] {
  if (etcdServers === undefined) return [];
  const named = (Object.keys(FILES) as (keyof typeof FILES)[]).flatMap((name) => {
    const path = files[name];
    return path === undefined ? [] : [FILES[name], path];
  });
  const prefix = etcdPrefix === undefined ? [] : ["--etcd-prefix", etcdPrefix];
  return ["--etcd-servers", etcdServers.join(","), ...named, ...prefix];
}
