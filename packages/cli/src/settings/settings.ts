// What `kts up` and its processes are told: one value, checked once.
import { type EncryptionSettings, encryptionOf } from "./encryption.ts";
import { type EtcdSettings, etcdOf } from "./etcd.ts";
import { runAsOf } from "./run-as.ts";
import { UserError } from "./user-error.ts";

/** What runs pods. */
export type Runtime = "containerd" | "simulated";

/** Settings of one cluster on one machine. */
export interface Settings extends EtcdSettings, EncryptionSettings {
  readonly dataDir: string;
  readonly apiPort: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Port of the git server, on loopback and on our bridge. */
  readonly gitPort: number;
  readonly expose: boolean;
  readonly runtime: Runtime;
  /** Number of simulated nodes. */
  readonly nodes: number;
  /** Socket of a containerd that somebody else runs; our own when absent. */
  readonly containerd?: string;
  /** User that the control plane becomes; absent: it stays who started it. */
  readonly runAs?: number;
}

/** Options as they come from the command line: text or absent. */
export interface RawSettings extends EtcdSettings, EncryptionSettings {
  readonly dataDir?: string;
  readonly apiPort?: string;
  readonly httpPort?: string;
  readonly httpsPort?: string;
  readonly gitPort?: string;
  readonly expose?: boolean;
  readonly runtime?: string;
  readonly nodes?: string;
  readonly containerd?: string;
  readonly runAs?: string;
}

/** Facts about who runs us, from which defaults follow. */
export interface Surroundings {
  readonly root: boolean;
  readonly home: string;
}

/** `/var/lib/knots` for root, a folder in the home directory otherwise. */
export function defaultDataDir({ root, home }: Surroundings): string {
  return root ? "/var/lib/knots" : `${home}/.local/share/knots`;
}

/** A number written as a flag; throws a UserError that names it when it is none, or out of range. */
export function wholeNumber(
  flag: string,
  text: string | undefined,
  range: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  if (text === undefined) return range.fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= range.min && value <= range.max) return value;
  throw new UserError("error.number", { flag, min: range.min, max: range.max, value: text });
}

/** A port number; `fallback` stands for an absent option. */
const port = (flag: string, text: string | undefined, fallback: number): number =>
  wholeNumber(flag, text, { fallback, min: 1, max: 65_535 });

function runtimeOf(name: string): Runtime {
  if (name === "containerd" || name === "simulated") return name;
  throw new UserError("error.runtime", { name });
}

/** The absolute path of a socket, given with or without `unix://`. */
export function socketOf(flag: string, text: string): string {
  const path = text.replace(/^unix:(\/\/)?/, "");
  if (!path.startsWith("/")) throw new UserError("error.socket", { flag, value: text });
  return path;
}

function containerdOf({ containerd, runtime }: RawSettings): Pick<Settings, "containerd"> {
  if (containerd === undefined) return {};
  if (runtime === "simulated") throw new UserError("error.simulatedContainerd");
  return { containerd: socketOf("--containerd", containerd) };
}

/** Checks options and fills in defaults; throws a UserError that names the flag. */
export function settingsOf(raw: RawSettings, around: Surroundings): Settings {
  const runAs = runAsOf(raw.runAs, around.root);
  return {
    ...(runAs !== undefined && { runAs }),
    ...containerdOf(raw),
    ...etcdOf(raw),
    ...encryptionOf(raw),
    dataDir: raw.dataDir ?? defaultDataDir(around),
    apiPort: port("--api-port", raw.apiPort, 6443),
    httpPort: port("--http-port", raw.httpPort, around.root ? 80 : 8080),
    httpsPort: port("--https-port", raw.httpsPort, around.root ? 443 : 8443),
    gitPort: port("--git-port", raw.gitPort, 6481),
    expose: raw.expose ?? false,
    runtime: runtimeOf(raw.runtime ?? "containerd"),
    nodes: wholeNumber("--nodes", raw.nodes, { fallback: 3, min: 1, max: 5000 }),
  };
}

/** Checks a port that has no default of its own here. */
export const portOf = (flag: string, text: string): number => port(flag, text, 0);
