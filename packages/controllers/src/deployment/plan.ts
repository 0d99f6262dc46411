// Deployment: moves pods from one template to the next through ReplicaSets, and says how far it has come.
import { Deployment, type Pod, ReplicaSet } from "@knots/api";
import type { Plan, Write } from "@knots/client";
import { type ApiError, conditionOf, selectorFromObject } from "@knots/machinery";
import { claim, controllerRefTo } from "../shared/owner.ts";
import { newSetAnnotations, REVISION, revisionOf } from "./annotations.ts";
import { allSets, type Condition, type Draft, replaceSet, scalingEvent, setWrites } from "./draft.ts";
import { newSetSize, replicasOf } from "./numbers.ts";
import { byAge, byRevision } from "./order.ts";
import { clearOld, growToFull } from "./recreate.ts";
import { rollStep } from "./rolling.ts";
import { isScaling, scale } from "./scale.ts";
import {
  basicStatus,
  condition,
  isComplete,
  progressDeadline,
  rolloutStatus,
  type Status,
  setCondition,
  stuckAt,
} from "./status.ts";
import { hasTemplateOf, TEMPLATE_HASH, templateHash } from "./template.ts";

/** What a decision about one Deployment is made from. */
export interface Snapshot {
  readonly deployment: Deployment;
  /** ReplicaSets that it manages, and those of its namespace that nobody manages. */
  readonly sets: readonly ReplicaSet[];
  /** Pods of the managed sets; needed for the strategy Recreate only. */
  readonly pods: readonly Pod[];
}

function draftOf(deployment: Deployment, sets: readonly ReplicaSet[], now: number): Draft {
  const current = sets.toSorted(byAge).find((set) => hasTemplateOf(set, deployment));
  return {
    deployment,
    now,
    current,
    old: sets.filter((set) => set !== current),
    conditions: deployment.status?.conditions ?? [],
    stored: new Map(sets.map((set) => [set.metadata.uid, set])),
    events: [],
    deletions: [],
  };
}

const withStatus = (deployment: Deployment, status: Status): Deployment => ({ ...deployment, status });

function finish(draft: Draft, status: Status): Plan {
  const { deployment } = draft;
  const wakeAt = stuckAt(deployment, status);
  return {
    writes: [...setWrites(draft), ...draft.deletions],
    status: withStatus(deployment, status),
    events: draft.events,
    ...(wakeAt !== undefined && !deployment.spec?.paused && { wakeAt }),
  };
}

function markProgressing(draft: Draft, status: Condition["status"], because: readonly [string, string]): void {
  draft.conditions = setCondition(draft.conditions, condition("Progressing", status, because, draft.now));
}

/** Pausing stops the progress deadline; resuming starts it anew. */
function notePause(draft: Draft): void {
  const { deployment } = draft;
  const reason = conditionOf(draft.conditions, "Progressing")?.reason;
  if (progressDeadline(deployment) === undefined || reason === "ProgressDeadlineExceeded") return;
  const noted = reason === "DeploymentPaused";
  if (deployment.spec?.paused && !noted)
    markProgressing(draft, "Unknown", ["DeploymentPaused", "Deployment is paused"]);
  if (!deployment.spec?.paused && noted)
    markProgressing(draft, "Unknown", ["DeploymentResumed", "Deployment is resumed"]);
}

const nextRevision = ({ old }: Draft): number => Math.max(0, ...old.map(revisionOf)) + 1;

/** Gives the current set its revision, the Deployment's annotations and minReadySeconds. */
function refreshCurrent(draft: Draft, current: ReplicaSet): void {
  const { deployment } = draft;
  const annotations = newSetAnnotations(deployment, current.metadata.annotations ?? {}, nextRevision(draft));
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  const same = (current.spec?.minReadySeconds ?? 0) === minReadySeconds;
  const spec = same ? current.spec : { ...current.spec, minReadySeconds };
  replaceSet(draft, { ...current, metadata: { ...current.metadata, annotations }, spec });
  if (progressDeadline(deployment) !== undefined && !conditionOf(draft.conditions, "Progressing")) {
    markProgressing(draft, "True", ["FoundNewReplicaSet", `Found new replica set "${current.metadata.name}"`]);
  }
}

function setOfTemplate(draft: Draft): Write & { readonly object: { readonly spec: { readonly replicas: number } } } {
  const { deployment } = draft;
  const { template, selector, minReadySeconds = 0 } = deployment.spec ?? {};
  const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
  const labels = { ...template?.metadata?.labels, [TEMPLATE_HASH]: hash };
  const object = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: newSetAnnotations(deployment, undefined, nextRevision(draft)),
      ownerReferences: [controllerRefTo(Deployment, deployment)],
    },
    spec: {
      replicas: newSetSize(deployment, allSets(draft), 0),
      minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  };
  return { verb: "create", kind: ReplicaSet, object };
}

/** What to tell when the set of a new template could not be created. */
function creationRefused(draft: Draft, name: string, error: ApiError): Pick<Plan, "status" | "events"> {
  const { deployment, now } = draft;
  if (error.reason === "AlreadyExists") {
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    return { status: withStatus(deployment, { ...deployment.status, collisionCount }), events: [] };
  }
  const message = `Failed to create new replica set "${name}": ${error.message}`;
  const failed = condition("Progressing", "False", ["ReplicaSetCreateError", message], now);
  const tracked = progressDeadline(deployment) !== undefined;
  const conditions = tracked ? setCondition(draft.conditions, failed) : draft.conditions;
  return {
    status: withStatus(deployment, rolloutStatus({ ...draft, conditions })),
    events: [{ regarding: deployment, type: "Warning", reason: "ReplicaSetCreateError", message }],
  };
}

/** The round in which a new template gets its set: nothing else moves. A name that is taken leads to another hash. */
function introduce(draft: Draft): Plan {
  const { deployment } = draft;
  const write = setOfTemplate(draft);
  const { name = "" } = write.object.metadata;
  const before = { ...draft };
  if (progressDeadline(deployment) !== undefined) {
    markProgressing(draft, "True", ["NewReplicaSetCreated", `Created new replica set "${name}"`]);
  }
  const size = write.object.spec.replicas;
  const scaled = scalingEvent(deployment, name, [0, size]);
  return {
    writes: [write],
    status: withStatus(deployment, rolloutStatus(draft)),
    report: ([outcome]) =>
      outcome?.error ? creationRefused(before, name, outcome.error) : { events: size > 0 ? [scaled] : [] },
  };
}

/** Removes the oldest empty sets beyond the wanted history. */
function dropHistory(draft: Draft): void {
  const limit = draft.deployment.spec?.revisionHistoryLimit;
  if (limit === undefined || limit === 2_147_483_647) return;
  const kept = draft.old.filter((set) => set.metadata.deletionTimestamp === undefined).toSorted(byRevision);
  for (const set of kept.slice(0, Math.max(0, kept.length - limit))) {
    const seen = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
    if (replicasOf(set) !== 0 || (set.status?.replicas ?? 0) !== 0 || !seen) continue;
    draft.deletions.push({ verb: "delete", kind: ReplicaSet, object: set, exact: true });
  }
}

/** The road of a Deployment that is neither paused nor being scaled. */
function rollOut(draft: Draft, pods: readonly Pod[]): Plan {
  const { deployment } = draft;
  const recreate = deployment.spec?.strategy?.type === "Recreate";
  if (recreate && clearOld(draft, pods)) return finish(draft, rolloutStatus(draft));
  if (!draft.current) return introduce(draft);
  if (recreate) growToFull(draft);
  const moved = !recreate && rollStep(draft);
  if (!moved && isComplete(deployment, deployment.status)) dropHistory(draft);
  return finish(draft, rolloutStatus(draft));
}

/** A selector that selects everything would claim the pods of others: such a Deployment is only told so. */
function refuseSelector(deployment: Deployment): Plan {
  const message = "This deployment is selecting all pods. A non-empty selector is required.";
  const status = { ...deployment.status, observedGeneration: deployment.metadata.generation ?? 0 };
  return {
    events: [{ regarding: deployment, type: "Warning", reason: "SelectingAll", message }],
    status: withStatus(deployment, status),
  };
}

/** The Deployment shows the revision of its current set, where `kubectl rollout` reads it; nothing moves before that. */
function showRevision(draft: Draft): Plan | undefined {
  const { deployment, current } = draft;
  const shown = deployment.metadata.annotations?.[REVISION];
  const revision = current?.metadata.annotations?.[REVISION];
  if (revision === undefined || revision === shown) return undefined;
  const body = { metadata: { annotations: { [REVISION]: revision } } };
  return { writes: [...setWrites(draft), { verb: "patch", kind: Deployment, object: deployment, body }] };
}

/** Decides the next step of one Deployment. */
export function plan({ deployment, sets, pods }: Snapshot, now: number): Plan {
  const selector = selectorFromObject(deployment.spec?.selector);
  if (selector.requirements.length === 0) return refuseSelector(deployment);
  const claims = claim({ ownerKind: Deployment, owner: deployment, selector }, ReplicaSet, sets);
  if (claims.writes.length > 0) return { writes: claims.writes };
  const draft = draftOf(deployment, claims.claimed, now);
  if (deployment.metadata.deletionTimestamp !== undefined) return finish(draft, basicStatus(draft));
  notePause(draft);
  if (draft.current) refreshCurrent(draft, draft.current);
  const shown = showRevision(draft);
  if (shown) return shown;
  if (!deployment.spec?.paused && !isScaling(draft)) return rollOut(draft, pods);
  scale(draft);
  if (deployment.spec?.paused) dropHistory(draft);
  return finish(draft, basicStatus(draft));
}
