// Templates kept as ControllerRevisions, in the form that kubectl lists, compares and patches back.
import { ControllerRevision, type PodTemplateSpec } from "@knots/api";
import type { Plan, Write } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { type AnyKind, type ApiError, selectorFromObject } from "@knots/machinery";
import { canonicalJson } from "./canonical.ts";
import { shortHash } from "./hash.ts";
import { type Claims, claim, controllerRefTo } from "./owner.ts";

/** Label of a pod that tells its revision. */
export const REVISION_HASH = "controller-revision-hash";

/** A workload that keeps its history as revisions. */
export interface Revised extends KubeObject {
  readonly spec?: {
    readonly selector?: object;
    readonly template?: PodTemplateSpec;
    readonly revisionHistoryLimit?: number;
  };
  readonly status?: { readonly collisionCount?: number };
}

type TemplatePatch = Partial<PodTemplateSpec> & { readonly $patch?: string };

/** The patch that brings an owner back to the template. */
const dataOf = (template: PodTemplateSpec | undefined): { readonly spec: { readonly template: TemplatePatch } } => ({
  spec: { template: { ...template, $patch: "replace" } },
});
/** The template that a revision keeps. */
export function templateOf({ data }: ControllerRevision): Partial<PodTemplateSpec> {
  const template: TemplatePatch = (data as Partial<ReturnType<typeof dataOf>>).spec?.template ?? {};
  const { $patch: _mark, ...kept } = template;
  return kept;
}

const byNumber = (a: ControllerRevision, b: ControllerRevision): number =>
  (a.revision ?? 0) - (b.revision ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);

/** The owner's revisions, oldest first, and the adoption of those that nobody manages. */
export function claimRevisions(kind: AnyKind, owner: Revised, all: readonly ControllerRevision[]) {
  const selector = selectorFromObject(owner.spec?.selector);
  const claims: Claims<ControllerRevision> = claim({ ownerKind: kind, owner, selector }, ControllerRevision, all);
  return { revisions: claims.claimed.toSorted(byNumber), writes: claims.writes };
}

/** The newest of the revisions that keep the owner's template. */
export function updateRevisionOf(owner: Revised, revisions: readonly ControllerRevision[]) {
  const text = canonicalJson(dataOf(owner.spec?.template));
  return revisions.findLast(({ data }) => canonicalJson(data) === text);
}

/** Keeps the owner's template under the next number; `hashLabel` also carries the hash. */
function newRevision(
  kind: AnyKind,
  owner: Revised,
  revisions: readonly ControllerRevision[],
  hashLabel: string,
): Write {
  const data = dataOf(owner.spec?.template);
  const hash = shortHash(canonicalJson(data), owner.status?.collisionCount ?? 0);
  const { annotations } = owner.metadata;
  const object = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${owner.metadata.name}-${hash}`,
      namespace: owner.metadata.namespace ?? "",
      labels: { ...owner.spec?.template?.metadata?.labels, [hashLabel]: hash },
      ...(annotations && { annotations }),
      ownerReferences: [controllerRefTo(kind, owner)],
    },
    data,
    revision: (revisions.at(-1)?.revision ?? 0) + 1,
  };
  return { verb: "create", kind: ControllerRevision, object };
}

/** A rollback makes an old revision the newest. */
export function renumber(update: ControllerRevision, revisions: readonly ControllerRevision[]): readonly Write[] {
  const newest = revisions.at(-1);
  if (!newest || newest === update) return [];
  const { resourceVersion, uid } = update.metadata;
  const body = { metadata: { resourceVersion, uid }, revision: (newest.revision ?? 0) + 1 };
  return [{ verb: "patch", kind: ControllerRevision, object: update, body }];
}

/** Removes the oldest revisions that nothing uses, beyond the wanted history. */
export function dropRevisions(
  owner: Revised,
  revisions: readonly ControllerRevision[],
  used: (revision: ControllerRevision) => boolean,
): readonly Write[] {
  const idle = revisions.filter((revision) => !used(revision));
  const surplus = Math.max(0, idle.length - (owner.spec?.revisionHistoryLimit ?? 10));
  return idle.slice(0, surplus).map((object) => ({ verb: "delete", kind: ControllerRevision, object }));
}

/** The name of a new revision is taken: the next one gets another hash. Undefined when something else was refused. */
function afterCollision<T extends Revised>(owner: T, error: ApiError | undefined): T | undefined {
  if (error?.reason !== "AlreadyExists") return undefined;
  return { ...owner, status: { ...owner.status, collisionCount: (owner.status?.collisionCount ?? 0) + 1 } };
}

/** The round in which a new template gets its revision: nothing else moves. */
export function introduce(
  kind: AnyKind,
  owner: Revised,
  revisions: readonly ControllerRevision[],
  hashLabel: string,
): Plan {
  return {
    writes: [newRevision(kind, owner, revisions, hashLabel)],
    report: ([outcome]) => {
      const status = afterCollision(owner, outcome?.error);
      return status ? { status } : {};
    },
  };
}
