// What a site serves: the newest release that can be ready; the last good one goes on until then.
import { Deployment, Ingress, type Pod, Release, type ReleaseStatus, Service, type Site } from "@knots/api";
import type { Plan, PlannedEvent, Write } from "@knots/client";
import type { AnyKind, KubeObject } from "@knots/machinery";
import { deepEqual, formatMicroTime } from "@knots/std";
import { failureOf } from "../builds/failure.ts";
import { isLeaving, isOf } from "../sites/names.ts";
import { covers } from "./covers.ts";
import { expiredReleases } from "./retention.ts";
import { isSwitched, rolloutFailure, rolloutSteps, shownRelease } from "./rollout.ts";
import { deploymentOf, ingressOf, type ServingSettings, serviceOf } from "./workload.ts";

/** What a decision about one site's releases is made from. */
export interface RolloutSnapshot {
  readonly site: Site;
  readonly releases: readonly Release[];
  readonly deployment: Deployment | undefined;
  readonly service: Service | undefined;
  readonly ingress: Ingress | undefined;
  /** Serving pods of the site. */
  readonly pods: readonly Pod[];
  readonly settings: ServingSettings;
}

const byNumber = (a: Release, b: Release): number => b.spec.number - a.spec.number;
const phaseOf = ({ status }: Release): NonNullable<ReleaseStatus["phase"]> => status?.phase ?? "Pending";

/** The newest release that has not failed. */
export const targetOf = (releases: readonly Release[]): Release | undefined =>
  releases.filter((release) => phaseOf(release) !== "Failed" && !isLeaving(release)).toSorted(byNumber)[0];

/** Writes what is missing or differs; spec fields of the server's own making stay. */
function keep(kind: AnyKind, actual: KubeObject | undefined, wanted: KubeObject): readonly Write[] {
  if (!actual) return [{ verb: "create", kind, object: wanted }];
  if (isLeaving(actual) || covers(specOf(actual), specOf(wanted))) return [];
  const spec = { ...specOf(actual), ...specOf(wanted) };
  return [{ verb: "update", kind, object: { ...actual, spec } as KubeObject }];
}
const specOf = (object: KubeObject): object => (object as { readonly spec?: object }).spec ?? {};

function workloadWrites(snapshot: RolloutSnapshot, target: Release): readonly Write[] {
  const { site, deployment, service, ingress, settings } = snapshot;
  const wanted = ingressOf(site, settings);
  const observed = site.status?.observedGeneration === site.metadata.generation;
  const routes = wanted
    ? keep(Ingress, ingress, wanted)
    : ingress && observed && !isLeaving(ingress)
      ? [{ verb: "delete", kind: Ingress, object: ingress } as const]
      : [];
  return [
    ...keep(Deployment, deployment, deploymentOf(site, target, settings)),
    ...keep(Service, service, serviceOf(site, target)),
    ...routes,
  ];
}

/** Status of the release that is to serve. */
function targetStatus({ deployment, pods }: RolloutSnapshot, release: Release, now: number): ReleaseStatus {
  const { status, metadata } = release;
  const observed: ReleaseStatus = { ...status, observedGeneration: metadata.generation ?? 0 };
  if (status?.phase === "Active") return observed;
  if (status?.imageKept === false) return { ...observed, phase: "Failed", failure: failureOf("ImageGone") };
  if (!deployment || shownRelease(deployment) !== metadata.name) return { ...observed, phase: "RollingOut" };
  const steps = rolloutSteps(release, deployment, pods, now);
  if (isSwitched(release, deployment))
    return { ...observed, phase: "Active", steps, switchedAt: status?.switchedAt ?? formatMicroTime(now) };
  const failure = rolloutFailure(release, deployment, pods);
  return { ...observed, steps, phase: failure ? "Failed" : "RollingOut", ...(failure && { failure }) };
}

/** Status of any release, given which is to serve and whether that one serves already. */
function statusOf(snapshot: RolloutSnapshot, release: Release, target: Release, now: number): ReleaseStatus {
  if (release === target) return targetStatus(snapshot, release, now);
  const { status, metadata, spec } = release;
  const old: ReleaseStatus = { ...status, observedGeneration: metadata.generation ?? 0 };
  const phase = phaseOf(release);
  const overtaken = spec.number < target.spec.number && (phase === "Pending" || phase === "RollingOut");
  const replaced = phase === "Active" && targetStatus(snapshot, target, now).phase === "Active";
  return overtaken || replaced ? { ...old, phase: "Superseded" } : old;
}

function eventsOf(site: Site, release: Release, next: ReleaseStatus): readonly PlannedEvent[] {
  if (next.phase === release.status?.phase) return [];
  const { name } = release.metadata;
  if (next.phase === "Active")
    return [{ regarding: site, type: "Normal", reason: "Switched", message: `Release ${name} is being served` }];
  if (next.phase === "Failed" && next.failure)
    return [
      {
        regarding: site,
        type: "Warning",
        reason: next.failure.reason,
        message: `Release ${name}: ${next.failure.message}`,
      },
    ];
  return [];
}

/** When no release works, none is shown: pods that never became ready do not stay. */
function clear({ deployment }: RolloutSnapshot): Plan {
  return deployment && !isLeaving(deployment)
    ? { writes: [{ verb: "delete", kind: Deployment, object: deployment }] }
    : {};
}

/** Whether the names that a rollout needs are free or the site's own. */
const namesAreOurs = ({ site, deployment, service, ingress }: RolloutSnapshot): boolean =>
  [deployment, service, ingress].every((part) => !part || isOf(site, part));

/** Decides the next step of one site's rollout. */
export function plan(snapshot: RolloutSnapshot, now: number): Plan {
  const { site, releases } = snapshot;
  const target = targetOf(releases);
  if (isLeaving(site) || !namesAreOurs(snapshot)) return {};
  if (!target) return clear(snapshot);
  const statuses = releases.map((release) => ({ release, next: statusOf(snapshot, release, target, now) }));
  const writes = statuses
    .filter(({ release, next }) => !deepEqual(release.status, next))
    .map(
      ({ release, next }): Write => ({
        verb: "update",
        kind: Release,
        object: { ...release, status: next } as Release,
        subresource: "status",
      }),
    );
  const failed = statuses.some(({ release, next }) => release === target && next.phase === "Failed");
  const served = releases.filter((release) => phaseOf(release) === "Active").toSorted(byNumber)[0];
  return {
    // A release that has just failed must not be written out again: the next round has another target.
    writes: [
      ...(failed ? [] : workloadWrites(snapshot, target)),
      ...writes,
      ...expiredReleases(site, releases, served, now),
    ],
    events: statuses.flatMap(({ release, next }) => eventsOf(site, release, next)),
  };
}
