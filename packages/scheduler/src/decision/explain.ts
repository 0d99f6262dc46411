// Why a pod went nowhere, in the words that people and tools read.
import type { ClusterView } from "../snapshot/cache.ts";
import type { Decision } from "./decide.ts";

function histogram(reasons: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}

/** What preemption could do; undefined when some node has pods that could be pushed out. */
function preemption({ pod, refusals }: Decision, view: ClusterView): string | undefined {
  if (pod.pod.spec?.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const hopes = [...refusals].map(([name, { final = false }]) => {
    if (final) return "Preemption is not helpful for scheduling";
    const pods = [...(view.nodes.get(name)?.pods.values() ?? [])];
    return pods.some(({ priority }) => priority < pod.priority)
      ? undefined
      : "No preemption victims found for incoming pod";
  });
  if (hopes.includes(undefined)) return undefined;
  return `0/${refusals.size} nodes are available: ${histogram(hopes as readonly string[])}.`;
}

/** The message of a decision without a node. */
export function explain(decision: Decision, view: ClusterView): string {
  const { refusals } = decision;
  if (view.nodes.size === 0) return "no nodes available to schedule pods";
  const reasons = histogram([...refusals.values()].flatMap((refusal) => refusal.reasons));
  const hope = preemption(decision, view);
  return `0/${view.nodes.size} nodes are available: ${reasons}.${hope ? ` preemption: ${hope}` : ""}`;
}
