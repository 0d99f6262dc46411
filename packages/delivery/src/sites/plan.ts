// A site as a whole: which domains it has, what its builds mount, how it stands and why; and which old builds go.
import {
  type Build,
  ConfigMap,
  type Failure,
  type Release,
  type ReleaseSummary,
  type Site,
  type SiteStatus,
} from "@knots/api";
import type { Plan, Write } from "@knots/client";
import { deepEqual } from "@knots/std";
import { expiredBuilds } from "../builds/retention.ts";
import { claimantText, divide, type Lost } from "./claims.ts";
import { conditionList } from "./conditions.ts";
import { buildConfigName, isLeaving, isOf, partMeta } from "./names.ts";
import { readiness } from "./readiness.ts";
import type { SiteSnapshot } from "./snapshot.ts";

type Numbered = Build | Release;
const newestOf = <T extends Numbered>(objects: readonly T[]): T | undefined =>
  objects.reduce<T | undefined>(
    (best, each) => (best && best.spec.number >= each.spec.number ? best : each),
    undefined,
  );

/** The release that serves. */
export const activeOf = (releases: readonly Release[]): Release | undefined =>
  newestOf(releases.filter(({ status }) => status?.phase === "Active"));

function summary({ metadata, spec, status }: Release): ReleaseSummary {
  const { commit } = spec;
  const { switchedAt } = status ?? {};
  return {
    name: metadata.name,
    number: spec.number,
    ...(commit !== undefined && { commit }),
    ...(switchedAt !== undefined && { switchedAt }),
  };
}

/** Why the newest push or rollback is not live: of a build and its release with one number, the release tells. */
export function lastFailure(builds: readonly Build[], releases: readonly Release[]): Failure | undefined {
  const newest = newestOf<Numbered>([...releases, ...builds]);
  return newest?.status?.phase === "Failed" ? newest.status.failure : undefined;
}

function configWrites({ site, config, buildFiles }: SiteSnapshot): readonly Write[] {
  const name = buildConfigName(site.metadata.name);
  if (!config) {
    const object = { apiVersion: "v1", kind: ConfigMap.kind, metadata: partMeta(site, name), data: buildFiles };
    return [{ verb: "create", kind: ConfigMap, object }];
  }
  if (!isOf(site, config) || deepEqual(config.data, buildFiles)) return [];
  return [{ verb: "update", kind: ConfigMap, object: { ...config, data: buildFiles } as ConfigMap }];
}

/** The status besides its conditions; what the source loop writes stays. */
function facts(snapshot: SiteSnapshot, accepted: readonly string[]): SiteStatus {
  const { site, builds, releases, urlOf, pushUrlOf } = snapshot;
  const { namespace, name, generation } = site.metadata;
  const active = activeOf(releases);
  const build = newestOf(builds);
  const failure = lastFailure(builds, releases);
  const numbers = [...builds, ...releases].map(({ spec }) => spec.number);
  const [first] = accepted;
  return {
    observedGeneration: generation ?? 0,
    domains: accepted,
    lastNumber: Math.max(site.status?.lastNumber ?? 0, ...numbers),
    ...(first !== undefined && { url: urlOf(first) }),
    ...(!site.spec.repository?.url && { pushUrl: pushUrlOf(namespace, name) }),
    ...(active && { active: summary(active) }),
    ...(build && { latestBuild: build.metadata.name, latestCommit: build.spec.commit }),
    ...(failure && { lastFailure: failure }),
  };
}

function acceptance(lost: readonly Lost[]) {
  const [first] = lost;
  return first
    ? ({
        reason: "DomainTaken",
        values: { domain: first.domain, owner: claimantText(first.owner) },
        good: false,
      } as const)
    : ({ reason: "Accepted", good: true } as const);
}

/** Decides about one site. */
export function plan(snapshot: SiteSnapshot, now: number): Plan {
  const { site, builds, rivals } = snapshot;
  if (isLeaving(site)) return {};
  const { accepted, lost } = divide(site, rivals);
  const known = facts(snapshot, accepted);
  const conditions = conditionList(site, now, {
    DomainsAccepted: acceptance(lost),
    Ready: readiness(snapshot, { ...known, accepted }),
  });
  const status: Site = { ...site, status: { ...known, conditions } };
  const first = lost[0];
  const wasLost = site.status?.conditions?.some(
    ({ type, status: truth }) => type === "DomainsAccepted" && truth === "False",
  );
  const message = conditions.find(({ type }) => type === "DomainsAccepted")?.message ?? "";
  return {
    writes: [...configWrites(snapshot), ...expiredBuilds(site, builds, now)],
    status,
    events: first && !wasLost ? [{ regarding: site, type: "Warning", reason: "DomainTaken", message }] : [],
  };
}
