// pods/eviction: a deletion that respects disruption budgets.
import type { DeleteOptions } from "@knots/client";
import { type KubeObject, type LabelSelector, selectorFromObject, withCondition } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { type Answer, created } from "../chain/answer.ts";
import { internalError, objectNotFound, tooManyRequests } from "../errors.ts";
import { checkPreconditions, deleteObject } from "../registry/delete.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Registry } from "../registry/registry.ts";
import { statusScope, updateObject } from "../registry/update.ts";
import { podStatus } from "../strategies/pods.ts";
import type { Subresource, SubresourceCall } from "./subresource.ts";

const BUDGETS = { group: "policy", version: "v1", resource: "poddisruptionbudgets" };

interface BudgetSpec {
  readonly selector?: LabelSelector;
  readonly unhealthyPodEvictionPolicy?: string;
}
interface BudgetStatus {
  readonly disruptionsAllowed?: number;
  readonly desiredHealthy?: number;
  readonly currentHealthy?: number;
  readonly observedGeneration?: number;
  readonly disruptedPods?: Readonly<Record<string, string>>;
}
const specOf = (budget: AnyObject): BudgetSpec => budget.spec ?? {};
const statusOf = (budget: AnyObject): BudgetStatus => budget.status ?? {};

function isReady(pod: AnyObject): boolean {
  const { conditions = [] } = (pod.status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** Pods that no budget protects: they do not run, or are on their way out. */
function unprotected(pod: AnyObject): boolean {
  return !!pod.metadata.deletionTimestamp || ["Pending", "Succeeded", "Failed"].includes(podStatus(pod).phase ?? "");
}

function refusal(budget: AnyObject): Error {
  const { name } = budget.metadata;
  const { desiredHealthy = 0, currentHealthy = 0 } = statusOf(budget);
  const message = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
  });
}

/** The budget changed and its controller has not counted again yet. Ten seconds, as upstream. */
function notYet({ metadata: { name } }: AnyObject): Error {
  const message = `The disruption budget ${name} is still being processed by the server.`;
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
    retryAfterSeconds: 10,
  });
}

/** Takes one disruption from the budget, or refuses. */
function spend(budget: AnyObject, pod: string, now: number): AnyObject {
  const status = statusOf(budget);
  const allowed = status.disruptionsAllowed ?? 0;
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) throw notYet(budget);
  if (allowed <= 0) throw refusal(budget);
  const disruptedPods = { ...status.disruptedPods, [pod]: formatTime(now) };
  return { ...budget, status: { ...status, disruptionsAllowed: allowed - 1, disruptedPods } };
}

function budgetsOf(budgets: Registry, pod: AnyObject): readonly AnyObject[] {
  const inNamespace = budgets.cache.list(budgets.storage.scope(pod.metadata.namespace));
  return inNamespace.filter((budget) => selectorFromObject(specOf(budget).selector).matches(pod.metadata.labels));
}

function freeOfBudget(budget: AnyObject, pod: AnyObject): boolean {
  if (isReady(pod)) return false;
  const { desiredHealthy = 0, currentHealthy = 0 } = statusOf(budget);
  return (
    specOf(budget).unhealthyPodEvictionPolicy === "AlwaysAllow" ||
    (currentHealthy >= desiredHealthy && desiredHealthy > 0)
  );
}

async function checkBudget({ registries, registry, context }: SubresourceCall, pod: AnyObject): Promise<void> {
  const budgets = registries.find(BUDGETS);
  if (!budgets || unprotected(pod)) return;
  const mine = budgetsOf(budgets, pod);
  const [budget] = mine;
  if (!budget) return;
  if (mine.length > 1)
    throw internalError(
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  if (freeOfBudget(budget, pod)) return;
  const { name = "", namespace } = budget.metadata;
  await updateObject(budgets, { namespace, name, scope: { ...statusScope, untracked: true }, context }, (current) =>
    spend(current, pod.metadata.name ?? "", registry.tools.clock.now()),
  );
}

/** The pod says why it goes before it is deleted; answers the version that was written. */
async function mark(
  { registry, request, context }: SubresourceCall,
  options: DeleteOptions,
): Promise<string | undefined> {
  const { namespace, name = "" } = request;
  const condition = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime: formatTime(registry.tools.clock.now()),
  };
  const target = { namespace, name, scope: { ...statusScope, untracked: true }, context };
  const { object } = await updateObject(registry, target, (pod) => {
    checkPreconditions(registry, options, pod);
    const conditions = withCondition(podStatus(pod).conditions, condition);
    return { ...pod, status: { ...podStatus(pod), conditions } } as KubeObject;
  });
  return object.metadata.resourceVersion;
}

interface EvictionBody extends KubeObject {
  readonly deleteOptions?: DeleteOptions & { readonly dryRun?: readonly string[] };
}

async function evict(call: SubresourceCall): Promise<Answer> {
  const { registry, request, context } = call;
  const { namespace, name = "" } = request;
  const body: EvictionBody | undefined = request.object;
  const { dryRun, ...options } = body?.deleteOptions ?? {};
  const quiet = context.options.dryRun || (dryRun?.length ?? 0) > 0;
  const inContext = { ...context, options: { ...context.options, ...(quiet && { dryRun: true }) } };
  const pod = await registry.storage.get(registry.storage.key(namespace, name));
  if (!pod) throw objectNotFound(registry.kind, name);
  await checkBudget({ ...call, context: inContext }, pod);
  const preconditions = { uid: pod.metadata.uid ?? "", ...options.preconditions };
  const marked = inContext.options.dryRun ? undefined : await mark(call, { ...options, preconditions });
  // What was asked of the version was true of it; the mark made a new one.
  const guard = {
    ...preconditions,
    ...(marked && options.preconditions?.resourceVersion && { resourceVersion: marked }),
  };
  await deleteObject(registry, { namespace, name, options: { ...options, preconditions: guard }, context: inContext });
  return created({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as KubeObject);
}

export const podEviction: Subresource = { verbs: { create: evict } };
