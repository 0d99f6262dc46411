// `kts store`: the cluster's store, running or not: check, backup, restore, compaction and history.
import { access } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { builtinKinds } from "@knots/api";
import { encryptionFileOf } from "@knots/cluster";
import type { AnyKind } from "@knots/machinery";
import {
  backupStored,
  checkBackup,
  checkStore,
  type Disk,
  openNodeDisk,
  openStore,
  restoreStore,
  StoreError,
} from "@knots/store";
import { pathsOf } from "../../settings/paths.ts";
import { UserError } from "../../settings/user-error.ts";
import { table } from "../../terminal/table.ts";
import { readSettings } from "../cluster-files.node.ts";
import type { CommandContext } from "../context.node.ts";
import { type RemoteStore, remoteStore } from "./remote.node.ts";

export interface StoreTarget {
  readonly dataDir: string;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const sizeOf = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** What can be done to a store that nobody has open, and to one that a cluster runs on. */
interface Ways<T> {
  readonly stopped: (disk: Disk) => Promise<T>;
  readonly running: (store: RemoteStore) => Promise<T>;
}

/** Works on the files, or through the API server while that owns them. */
async function onStore<T>({ dataDir }: StoreTarget, { stopped, running }: Ways<T>): Promise<T> {
  const { store, kubeconfig } = pathsOf({ dataDir });
  if (await exists(store)) {
    try {
      return await stopped(await openNodeDisk(store));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error.code !== "locked") throw new UserError("error.store", { message: error.message }, { cause: error });
    }
  } else if (!(await exists(kubeconfig))) throw new UserError("error.storeNone", { path: dataDir });
  return running(await remoteStore(dataDir));
}

interface Sound {
  readonly problems: readonly string[];
  readonly note?: string | undefined;
  readonly facts: { readonly revision: number; readonly keys: number };
}

/** Reads everything again and compares it with its checksums. Exit code 1 when something is damaged. */
export async function checkCommand(target: StoreTarget, { progress, print, text }: CommandContext): Promise<void> {
  const { problems, note, facts } = await progress.step(text("store.checking"), () =>
    onStore<Sound>(target, {
      stopped: async (disk) => {
        const { torn, ...facts } = await checkStore(disk);
        return { problems: [], note: torn, facts };
      },
      running: async (store) => {
        const { problems } = (await store.ask("POST", "/check")) as { readonly problems: readonly string[] };
        return { problems, facts: (await store.ask("GET", "")) as Sound["facts"] };
      },
    }),
  );
  if (problems.length > 0) throw new UserError("error.storeDamaged", { problems: problems.join("; ") });
  print(text("store.sound", { ...facts }));
  if (note !== undefined) print(text("store.torn", { note }));
}

/** Writes the newest state to a new file and reads it back. */
export async function backupCommand(
  target: StoreTarget & { readonly file: string },
  { progress, print, text }: CommandContext,
): Promise<void> {
  const file = resolve(target.file);
  if (await exists(file)) throw new UserError("error.fileExists", { path: file });
  const folder = await openNodeDisk(dirname(file));
  const [name, part] = [basename(file), `${basename(file)}.part`];
  const report = await progress.step(text("store.backingUp", { file }), async (show) => {
    const save = (pieces: AsyncIterable<Uint8Array>): Promise<void> =>
      writePieces(folder, part, { pieces, written: (bytes) => show(sizeOf(bytes)) });
    try {
      await onStore(target, { stopped: (disk) => save(backupStored(disk)), running: (store) => save(store.backup()) });
      const found = await checkBackup(folder, part);
      await folder.rename(part, name);
      await folder.syncDirectory();
      return found;
    } catch (error) {
      await folder.remove(part);
      if (!(error instanceof StoreError)) throw error;
      throw new UserError("error.store", { message: error.message }, { cause: error });
    }
  });
  print(text("store.backedUp", { file, size: sizeOf(report.bytes), revision: report.revision, keys: report.keys }));
  const keys = await keysFile(target.dataDir);
  if (keys !== undefined) print(text("store.keysApart", { path: keys }));
}

/** The file with the keys of what is encrypted in the store; undefined when nothing is. */
async function keysFile(dataDir: string): Promise<string | undefined> {
  const { encryptionProviderConfig: given } = (await readSettings(dataDir)) ?? {};
  const own = encryptionFileOf(dataDir);
  return given ?? ((await exists(own)) ? own : undefined);
}

async function writePieces(
  folder: Disk,
  name: string,
  { pieces, written }: { readonly pieces: AsyncIterable<Uint8Array>; readonly written: (bytes: number) => void },
): Promise<void> {
  const file = await folder.create(name);
  try {
    let position = 0;
    for await (const piece of pieces) {
      await file.write(position, piece);
      position += piece.length;
      written(position);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts a backup in place of the store of a stopped cluster. */
export async function restoreCommand(
  target: StoreTarget & { readonly file: string },
  { clock, progress, print, text }: CommandContext,
): Promise<void> {
  const file = resolve(target.file);
  if (!(await exists(file))) throw new UserError("error.noFile", { path: file });
  const { store } = pathsOf(target);
  const keepAs = `before-restore-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-")}`;
  try {
    const disk = await openNodeDisk(store);
    const source = await openNodeDisk(dirname(file));
    const done = await progress.step(text("store.restoring", { file }), () =>
      restoreStore({ disk, clock, source, name: basename(file), keepAs }),
    );
    print(text("store.restored", { from: done.from, revision: done.revision, keys: done.keys }));
    if (done.unreadable !== undefined) print(text("store.unreadable", { reason: done.unreadable }));
    if (done.replaced) print(text("store.kept", { path: `${store}/${keepAs}` }));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "locked") throw new UserError("error.storeRunning", {}, { cause: error });
    throw new UserError("error.store", { message: error.message }, { cause: error });
  }
}

/** Forgets the past before a revision (default: all of it). */
export async function compactCommand(
  target: StoreTarget & { readonly revision?: string },
  { clock, print, text }: CommandContext,
): Promise<void> {
  const { revision } = target;
  if (revision !== undefined && !/^[1-9]\d*$/.test(revision))
    throw new UserError("error.revision", { value: revision });
  const oldest = await onStore(target, {
    stopped: async (disk) => {
      const store = await openStore({ disk, clock, history: false });
      try {
        await store.compact(revision === undefined ? store.status().revision : Number(revision));
        return store.status().compactedRevision;
      } finally {
        await store.close();
      }
    },
    running: async (store) => {
      const query = revision === undefined ? "" : `?revision=${revision}`;
      const { compactedRevision } = (await store.ask("POST", `/compact${query}`)) as { compactedRevision: number };
      return compactedRevision;
    },
  });
  print(text("store.compacted", { revision: oldest }));
}

interface Version {
  readonly revision: number;
  readonly change: "created" | "modified" | "deleted";
  readonly time?: string;
}

/** The kept window, or the versions of one object in it. */
export async function historyCommand(
  target: StoreTarget & { readonly object?: string; readonly namespace: string },
  { print, text }: CommandContext,
): Promise<void> {
  const store = await remoteStore(target.dataDir);
  const state = (await store.ask("GET", "")) as { revision: number; compactedRevision: number; oldestTime?: string };
  const { revision, compactedRevision, oldestTime = text("store.beginning") } = state;
  if (target.object !== undefined) {
    const path = objectPath(target.object, target.namespace);
    const { versions } = (await store.ask("GET", `/history${path}`)) as { readonly versions: readonly Version[] };
    if (versions.length === 0) print(text("store.noVersions", { object: target.object }));
    else for (const line of table(rowsOf(versions, text))) print(line);
    print("");
  }
  print(text("store.window", { oldest: Math.max(1, compactedRevision), newest: revision, time: oldestTime }));
  print(text("store.at", { server: store.server, revision }));
}

function rowsOf(versions: readonly Version[], text: CommandContext["text"]): readonly (readonly string[])[] {
  const head = [text("store.revision"), text("store.time"), text("store.change")];
  return [
    head,
    ...versions.map(({ revision, time = "-", change }) => [String(revision), time, text(`store.${change}`)]),
  ];
}

/** The API path of `TYPE/NAME`, with the type in any of the ways that kubectl takes. */
function objectPath(object: string, namespace: string): string {
  const [type = "", name = ""] = object.split("/");
  const kind = builtinKinds.find((candidate) => namesOf(candidate).includes(type.toLowerCase()));
  if (!kind || name === "") throw new UserError("error.object", { value: object });
  const { group, version, plural, scope } = kind;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${scope === "Namespaced" ? `/namespaces/${namespace}` : ""}/${plural}/${encodeURIComponent(name)}`;
}

function namesOf({ plural, kind, shortNames, group }: AnyKind): readonly string[] {
  return [plural, kind.toLowerCase(), `${plural}.${group}`, ...shortNames];
}
