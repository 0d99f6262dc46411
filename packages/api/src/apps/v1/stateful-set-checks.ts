// Rules of stateful sets: known policies, mounts of claims, and a spec of which little may change.
import { type Check, forbidden, invalid } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { lostMounts } from "../../core/v1/pod-spec-checks.ts";
import type { PodTemplateSpec } from "../../core/v1/pod-template.ts";
import { checkWithin } from "../../core/v1/replication-controller-checks.ts";
import { type Amount, checkAmount, checkPart, isZeroAmount } from "./amount-checks.ts";

interface Claim {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
}
interface Spec {
  readonly podManagementPolicy?: string;
  readonly updateStrategy?: {
    readonly type?: string;
    readonly rollingUpdate?: { readonly maxUnavailable?: Exclude<Amount, undefined> };
  };
  readonly template?: PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly Claim[];
}

/** The order of pods and the way of updates are known ones. */
export const knownPolicies: Check<Spec> = function* ({ podManagementPolicy, updateStrategy = {} }, { path }) {
  if (podManagementPolicy !== "OrderedReady" && podManagementPolicy !== "Parallel") {
    yield invalid(path.child("podManagementPolicy"), podManagementPolicy, "must be 'OrderedReady' or 'Parallel'");
  }
  const at = path.child("updateStrategy");
  const { type, rollingUpdate } = updateStrategy;
  if (type === "OnDelete") {
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    if (rollingUpdate) yield invalid(at.child("rollingUpdate"), rollingUpdate, detail);
  } else if (type !== "RollingUpdate") {
    yield invalid(at, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'");
  }
  const missing = rollingUpdate?.maxUnavailable;
  if (missing === undefined) return;
  const amount = at.child("rollingUpdate", "maxUnavailable");
  yield* checkAmount(amount, missing);
  yield* checkPart(amount, missing);
  if (isZeroAmount(missing)) yield invalid(amount, missing, "cannot be 0");
};

/** Mounts name a volume of the template or one of the claims. */
export const mountsFindClaims: Check<Spec> = function* ({ template, volumeClaimTemplates = [] }, { path }) {
  if (!template) return;
  const claims = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? "");
  yield* lostMounts(template.spec, path.child("template", "spec"), claims);
};

const CHANGEABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];
const FROZEN = `updates to statefulset spec for fields other than ${CHANGEABLE.slice(0, -1)
  .map((name) => `'${name}'`)
  .join(", ")} and 'minReadySeconds' are forbidden`;

const frozenPart = (spec: object): object =>
  Object.fromEntries(Object.entries(spec).filter(([name, value]) => !CHANGEABLE.includes(name) && value !== undefined));

/** What gives pods their identity cannot change. */
export const specStays: Check<Spec> = function* (spec, { path, old }) {
  if (old && !deepEqual(frozenPart(spec), frozenPart(old))) yield forbidden(path, FROZEN);
};

interface Counts {
  readonly replicas: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
}

/** No more pods are ready, old or new than there are. */
export const countsWithin: Check<Counts> = function* (status, { path }) {
  const { readyReplicas = 0, currentReplicas, updatedReplicas, availableReplicas = 0 } = status;
  yield* checkWithin(path, { readyReplicas, currentReplicas, updatedReplicas, availableReplicas }, status.replicas);
  if (availableReplicas > readyReplicas) {
    yield invalid(path.child("availableReplicas"), availableReplicas, "cannot be greater than status.readyReplicas");
  }
};

/** Claims say what they are, as whole objects do. */
export function nameClaims<T extends Spec>(spec: T): T {
  const claims = spec.volumeClaimTemplates ?? [];
  if (
    !Array.isArray(claims) ||
    claims.every(({ apiVersion, kind }) => apiVersion !== undefined && kind !== undefined)
  ) {
    return spec;
  }
  const named = claims.map((claim) => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", ...claim }));
  return { ...spec, volumeClaimTemplates: named };
}
