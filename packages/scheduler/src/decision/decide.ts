// One decision: which node a pod goes to, or why it goes to none. Pure, apart from the random choice among equals.
import type { Random } from "@knots/std";
import type { NodeScore, Plugin, Rejection } from "../plugins/plugin.ts";
import type { ClusterView } from "../snapshot/cache.ts";
import type { NodeInfo } from "../snapshot/node-info.ts";
import type { PodInfo } from "../snapshot/pod-info.ts";

/** A node that is out, and the plugin that said so first. */
export interface Refusal extends Rejection {
  readonly plugin: string;
}
/** Weighted points of a node by plugin. */
export interface Ranking {
  readonly node: string;
  readonly total: number;
  readonly points: Readonly<Record<string, number>>;
}
/** A decision that explains itself; `node` is absent when no node passed the filters. */
export interface Decision {
  readonly pod: PodInfo;
  readonly node?: string;
  /** By node name. */
  readonly refusals: ReadonlyMap<string, Refusal>;
  /** Empty when fewer than two nodes passed: nothing had to be compared. */
  readonly rankings: readonly Ranking[];
}

interface Filtered {
  readonly candidates: readonly NodeInfo[];
  readonly refusals: ReadonlyMap<string, Refusal>;
}

function filterNodes(pod: PodInfo, view: ClusterView, plugins: readonly Plugin[]): Filtered {
  const filters = plugins.flatMap((plugin) => {
    const filter = plugin.filter?.(pod, view);
    return filter ? [{ plugin: plugin.name, filter }] : [];
  });
  const refusals = new Map<string, Refusal>();
  const candidates: NodeInfo[] = [];
  for (const node of view.nodes.values()) {
    let refusal: Refusal | undefined;
    for (const { plugin, filter } of filters) {
      const rejection = filter(node);
      if (rejection) refusal = { ...rejection, plugin };
      if (refusal) break;
    }
    if (refusal) refusals.set(node.name, refusal);
    else candidates.push(node);
  }
  return { candidates, refusals };
}

function weighted(score: NodeScore, weight: number, candidates: readonly NodeInfo[]): readonly number[] {
  const raw = candidates.map(score.of);
  return (score.normalize?.(raw) ?? raw).map((points) => points * weight);
}

function rank(
  pod: PodInfo,
  view: ClusterView,
  options: { readonly plugins: readonly Plugin[]; readonly candidates: readonly NodeInfo[] },
): readonly Ranking[] {
  const { plugins, candidates } = options;
  const columns = plugins.flatMap((plugin) => {
    const score = plugin.score?.(pod, view, candidates);
    return score ? [{ name: plugin.name, points: weighted(score, plugin.weight ?? 1, candidates) }] : [];
  });
  return candidates.map(({ name }, place) => {
    const points = Object.fromEntries(columns.map((column) => [column.name, column.points[place] ?? 0]));
    return { node: name, points, total: columns.reduce((sum, column) => sum + (column.points[place] ?? 0), 0) };
  });
}

/** The best of the ranked nodes; among equals `random` chooses, so that nodes fill evenly. */
function best(rankings: readonly Ranking[], random: Random): string | undefined {
  const most = rankings.reduce((so, { total }) => Math.max(so, total), Number.NEGATIVE_INFINITY);
  const leaders = rankings.filter(({ total }) => total === most);
  return leaders[leaders.length > 1 ? random.below(leaders.length) : 0]?.node;
}

/** Decides where one pod goes. */
export function decide(
  pod: PodInfo,
  view: ClusterView,
  options: { readonly plugins: readonly Plugin[]; readonly random: Random },
): Decision {
  const { plugins, random } = options;
  const { candidates, refusals } = filterNodes(pod, view, plugins);
  const [only] = candidates;
  if (!only) return { pod, refusals, rankings: [] };
  if (candidates.length === 1) return { pod, node: only.name, refusals, rankings: [] };
  const rankings = rank(pod, view, { plugins, candidates });
  return { pod, node: best(rankings, random) ?? only.name, refusals, rankings };
}
