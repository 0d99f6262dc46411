// docker-registry as a part of ours: configured, started or adopted, made read-only for a while, stopped.
import { watch } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import {
  adoptDetached,
  type DaemonOptions,
  type DaemonRecord,
  ensureDetached,
  isMissing,
  type KeyPair,
  type Part,
  programOf,
  type StopOutcome,
  stopDetached,
  waitForEnd,
  writeFileAtomic,
} from "@knots/host";
import { registryYaml } from "./config.ts";

export interface RegistryOptions {
  readonly dataDir: string;
  /** The unpacked part `registry`. */
  readonly part: Part;
  /** Where it listens: an address that nodes and build pods reach. */
  readonly address: string;
  readonly port: number;
  /** Certificate for that address. */
  readonly serving: KeyPair;
  /** PEM certificate of the key that signs tokens. */
  readonly tokenCertificate: string;
  /** URL of the token endpoint, as nodes reach it. */
  readonly realm: string;
  /** Milliseconds until it must listen; 30,000 when not given. */
  readonly timeout?: number;
}

export interface RunningRegistry {
  readonly address: string;
  readonly port: number;
  readonly storage: string;
  /** Whether it ran already, with the same configuration, when we came. */
  readonly adopted: boolean;
  /** Runs `work` while images can be read but not written. Pulls fail for the moment of each restart; clients try again. */
  whileReadOnly<T>(work: (config: string) => Promise<T>): Promise<T>;
  stop(): Promise<StopOutcome>;
}

/** Where the registry of a data dir keeps its files. */
export function registryPaths(dataDir: string) {
  const folder = join(dataDir, "registry");
  return {
    config: join(folder, "config.yml"),
    certificate: join(folder, "tls.crt"),
    key: join(folder, "tls.key"),
    tokens: join(folder, "tokens.crt"),
    storage: join(folder, "images"),
    // Beside its own files: the process that runs it may write nowhere else.
    record: join(folder, "process.json"),
    log: join(folder, "registry.log"),
  };
}

/** Starts the registry, or adopts the one that runs; one that runs with other settings or certificates is replaced. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const paths = registryPaths(options.dataDir);
  await mkdir(paths.storage, { recursive: true, mode: 0o700 });
  const adopted = await bring(options, false);
  return {
    address: options.address,
    port: options.port,
    storage: paths.storage,
    adopted,
    async whileReadOnly(work) {
      await bring(options, true);
      try {
        return await work(paths.config);
      } finally {
        // Always another process: the one that saw the garbage must not serve on.
        await bring(options, false);
      }
    },
    stop: () => stopDetached(paths),
  };
}

/** Makes it run with this configuration; true when it did already. */
async function bring(options: RegistryOptions, readOnly: boolean): Promise<boolean> {
  const { address, port, realm, serving, part } = options;
  const paths = registryPaths(options.dataDir);
  const files = {
    [paths.config]: registryYaml({ ...paths, address, port, realm, readOnly }),
    [paths.certificate]: serving.certificate,
    [paths.key]: serving.key,
    [paths.tokens]: options.tokenCertificate,
  };
  const changed = await writeChanged(files);
  if (changed) await stopDetached(paths);
  const argv = [programOf(part, "docker-registry"), "serve", paths.config];
  // Its environment could override settings; it is given none that it knows.
  const env = { ...part.env, OTEL_TRACES_EXPORTER: "none" };
  return await listening({ argv, record: paths.record, log: paths.log, env }, options);
}

/** Whether any file was not as it should be. */
async function writeChanged(files: Readonly<Record<string, string>>): Promise<boolean> {
  let changed = false;
  for (const [path, text] of Object.entries(files)) {
    if ((await textOf(path)) === text) continue;
    changed = true;
    await writeFileAtomic(path, text);
  }
  return changed;
}

/** Waits for the port, not for a time: lines of the log tell when to look. Rejects with the log's end. */
async function listening(daemon: DaemonOptions, options: RegistryOptions): Promise<boolean> {
  const { address, port, timeout = 30_000 } = options;
  if (!(await adoptDetached(daemon)) && (await accepts(address, port))) {
    throw new Error(`port ${port} on ${address} is in use by another program: choose another registry port or stop it`);
  }
  const { record, adopted } = await ensureDetached(daemon);
  const done = new AbortController();
  const ended = waitForEnd(record, timeout, done.signal);
  try {
    const outcome = await Promise.race([
      untilAccepted(daemon.log, options, done.signal).then(() => "listening"),
      ended.then((gone) => (gone ? "ended while starting" : `does not listen within ${timeout} ms`)),
    ]);
    if (outcome === "listening") return adopted;
    throw new Error(`docker-registry ${outcome}: ${await lastWords(record)}`);
  } finally {
    done.abort();
    ended.catch(() => {});
  }
}

function untilAccepted(log: string, { address, port }: RegistryOptions, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => void accepts(address, port).then((yes) => yes && resolve());
    // Watching comes before the first look: nothing falls between the two.
    const watcher = watch(log, { signal }, look);
    watcher.on("error", reject);
    look();
  });
}

async function lastWords({ log }: DaemonRecord): Promise<string> {
  return ((await textOf(log)) ?? "").trim().split("\n").slice(-3).join("\n");
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect({ host, port });
    const answer = (yes: boolean) => (): void => {
      connection.destroy();
      resolve(yes);
    };
    connection.once("connect", answer(true)).once("error", answer(false));
  });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
