// From a push to a Build: which pushes are built, under which number; and the door that the git server knocks at.
import { Build, Release, Site } from "@knots/api";
import type { Client, ObjectKey } from "@knots/client";
import { ApiError, apiVersionOf, failure, isApiError, type NewObject } from "@knots/machinery";
import { formatMicroTime } from "@knots/std";
import { isEnded } from "../builds/plan.ts";
import type { Values } from "../texts/catalogue.ts";
import { CONDITIONS } from "../texts/conditions.ts";
import { english } from "../texts/say.ts";
import { isLeaving, numberedName, partMeta, shortCommit } from "./names.ts";

/** One branch that a push has moved, or a commit that was found by looking. */
export interface Push {
  readonly site: ObjectKey & { readonly namespace: string };
  /** Full hash that the branch is at now; all zeros when it was deleted. */
  readonly commit: string;
  /** Name without `refs/heads/`. */
  readonly branch: string;
  /** Full hash that it was at; all zeros when it is new. */
  readonly before?: string;
  /** When the push came in, in milliseconds since the epoch; the stopwatch starts here. */
  readonly receivedAt: number;
  readonly trigger?: "Push" | "Webhook" | "Poll" | "Manual";
  readonly requestedBy?: string;
  /** First line of the commit's message. */
  readonly subject?: string;
}

/** What became of a push. */
export interface PushVerdict {
  readonly reason: "BuildAccepted" | "AlreadyBuilt" | "OtherBranch" | "BranchDeleted";
  /** One English sentence; `translate` says it in other languages. */
  readonly message: string;
  /** Name of the build that handles the commit. */
  readonly build?: string;
}

const verdict = (reason: PushVerdict["reason"], values: Values, build?: string): PushVerdict => ({
  reason,
  message: english(CONDITIONS[reason], values),
  ...(build !== undefined && { build }),
});

const isWell = ({ status }: Build): boolean => status?.phase !== "Failed" && status?.phase !== "Cancelled";

/** Why a push makes no build; undefined when it makes one. */
export function refusal(site: Site, builds: readonly Build[], push: Push): PushVerdict | undefined {
  const { branch: wanted = "main" } = site.spec;
  const { branch, commit } = push;
  if (branch !== wanted) return verdict("OtherBranch", { branch, wanted });
  if (/^0+$/.test(commit)) return verdict("BranchDeleted", { branch });
  const newest = builds.toSorted((a, b) => b.spec.number - a.spec.number)[0];
  if (newest?.spec.commit !== commit || (isEnded(newest) && !isWell(newest))) return undefined;
  if (push.trigger === "Manual") return undefined;
  const { name } = newest.metadata;
  return verdict("AlreadyBuilt", { commit: shortCommit(commit), build: name }, name);
}

/** The number after all that the site has had. */
export function nextNumber({ status }: Site, numbered: readonly (Build | Release)[]): number {
  return Math.max(status?.lastNumber ?? 0, ...numbered.map(({ spec }) => spec.number)) + 1;
}

/** The build of a push. */
export function buildOf(site: Site, number: number, push: Push): NewObject<typeof Build> {
  const { name } = site.metadata;
  const { commit, branch, receivedAt, trigger = "Push", requestedBy, subject } = push;
  return {
    apiVersion: apiVersionOf(Build),
    kind: Build.kind,
    metadata: partMeta(site, numberedName(name, number)),
    spec: {
      site: name,
      number,
      commit,
      branch,
      repository: site.spec.repository ?? {},
      settings: site.spec.build ?? {},
      trigger,
      receivedAt: formatMicroTime(receivedAt),
      ...(requestedBy !== undefined && { requestedBy }),
      ...(subject !== undefined && { subject: subject.slice(0, 1024) }),
    },
  };
}

/** Reads everything of a site that has a number. */
export async function numberedOf(client: Client, { metadata: { namespace, name } }: Site) {
  const [builds, releases] = await Promise.all([
    client.list(Build, { namespace }),
    client.list(Release, { namespace }),
  ]);
  return {
    builds: builds.items.filter(({ spec }) => spec.site === name),
    releases: releases.items.filter(({ spec }) => spec.site === name),
  };
}

/** How often a number may be lost to somebody who was quicker. */
const ATTEMPTS = 8;

/** Makes something numbered; takes the next number when another writer was quicker. */
export async function createNumbered<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1 || !isApiError(error, "AlreadyExists")) throw error;
    }
  }
}

const leaving = ({ metadata: { name } }: Site): ApiError =>
  new ApiError(failure(409, "Conflict", `the site ${name} is being deleted; create it again when it is gone`));

/** Records pushes; resolves when the build exists. Throws ApiError when the site is gone or leaving, or the API refuses. */
export type RecordPush = (push: Push) => Promise<PushVerdict>;

export const createPushRecorder =
  (client: Client): RecordPush =>
  (push) =>
    createNumbered(async () => {
      const site = await client.get(Site, push.site);
      if (isLeaving(site)) throw leaving(site);
      const { builds, releases } = await numberedOf(client, site);
      const refused = refusal(site, builds, push);
      if (refused) return refused;
      const made = await client.create(Build, buildOf(site, nextNumber(site, [...builds, ...releases]), push));
      return verdict("BuildAccepted", { build: made.metadata.name }, made.metadata.name);
    });
