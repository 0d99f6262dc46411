// The loop that looks at outside repositories again and again, and makes builds of the commits that it finds.
import { Build, Secret, Site } from "@knots/api";
import {
  type Client,
  createWorkQueue,
  type Informers,
  keyOf,
  type RunningController,
  splitKey,
  type WorkResult,
} from "@knots/client";
import type { Clock, Logger, Random } from "@knots/std";
import { bySite } from "../builds/controller.ts";
import { runLoop } from "../loop.ts";
import { isLeaving } from "./names.ts";
import { decide, type Head } from "./poll.ts";
import { createPushRecorder } from "./push.ts";

/** A branch of a repository somewhere. */
export interface Source {
  readonly url: string;
  readonly branch: string;
  readonly login?: { readonly username: string; readonly password: string };
}
/** Looks where a branch is; never throws for what lies outside: trouble is an answer. */
export type LookAtHead = (source: Source, signal: AbortSignal) => Promise<Head>;

export interface PollOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly lookAtHead: LookAtHead;
  /** Milliseconds between two looks at one repository; up to a fifth is added by chance. */
  readonly interval?: number;
  /** How many repositories are looked at at once. */
  readonly workers?: number;
}

const text = (data: Secret["data"], key: string): string | undefined => {
  const value = data?.[key];
  return value === undefined
    ? undefined
    : new TextDecoder().decode(Uint8Array.from(atob(`${value}`), (c) => c.charCodeAt(0)));
};

async function loginOf({ client }: PollOptions, site: Site): Promise<Source["login"] | "missing" | undefined> {
  const name = site.spec.repository?.secretName;
  if (!name) return undefined;
  const secret = await client.find(Secret, { namespace: site.metadata.namespace, name });
  const [username, password] = [text(secret?.data, "username"), text(secret?.data, "password")];
  return username !== undefined && password !== undefined ? { username, password } : "missing";
}

async function look(options: PollOptions, site: Site, signal: AbortSignal): Promise<Head | undefined> {
  const { repository, branch = "main" } = site.spec;
  if (!repository?.url) return undefined;
  const login = await loginOf(options, site);
  if (login === "missing") return { found: "no-login", secret: repository.secretName ?? "" };
  return options.lookAtHead({ url: repository.url, branch, ...(login && { login }) }, signal);
}

/** Starts the loop. A site is looked at when it changes what it wants, and at its interval. */
export function runPolling(options: PollOptions): RunningController {
  const { client, informers, clock, random, log, interval = 60_000, workers = 4 } = options;
  const sites = informers.informer(Site);
  const builds = informers.informer(Build);
  const ofSite = builds.index(bySite);
  const stop = new AbortController();
  const record = createPushRecorder(client);
  const round = async (key: string): Promise<WorkResult> => {
    const { namespace, name } = splitKey(key);
    const site = sites.get(namespace, name);
    if (!site || isLeaving(site)) return {};
    const head = await look(options, site, stop.signal);
    const { status, push } = decide(site, ofSite(key), head, clock.now());
    const written = status && (await client.updateStatus(Site, status));
    if (push) await record(push);
    const hold = written && sites.reached(written.metadata.resourceVersion, stop.signal).catch(() => {});
    const wakeAt = head === undefined ? undefined : clock.now() + interval * (1 + random.next() / 5);
    return { ...(wakeAt !== undefined && { wakeAt }), ...(hold && { hold }) };
  };
  const work = async (key: string): Promise<WorkResult> => {
    try {
      return await round(key);
    } catch (error) {
      if (!stop.signal.aborted) log.debug("a repository could not be followed", { site: key, error });
      return { retry: !stop.signal.aborted };
    }
  };
  const queue = createWorkQueue({ clock, workers, work });
  const changed = (site: Site, previous?: Site): void => {
    const same = previous?.metadata.generation === site.metadata.generation;
    if (!previous || !same) queue.add(keyOf(site));
  };
  const end = sites.subscribe({ added: (site) => changed(site), updated: changed });
  const synced = Promise.all([sites.synced(), builds.synced()]);
  return runLoop({ name: "source", queue, synced, stop, ends: [end], log });
}
