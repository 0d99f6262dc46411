// A new pod of a job.
import { Job, Pod } from "@knots/api";
import type { Write } from "@knots/client";
import { controllerRefTo } from "../shared/owner.ts";
import {
  FAILURES,
  failuresOf,
  hasLimitPerIndex,
  IGNORED_FAILURES,
  INDEX,
  ignoredFailuresOf,
  TRACKING,
} from "./pods.ts";
import { counts } from "./tally.ts";

type PodSpec = NonNullable<Pod["spec"]>;
type Container = NonNullable<PodSpec["containers"]>[number];

const VARIABLE = "JOB_COMPLETION_INDEX";
const PLACE = { valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: `metadata.labels['${INDEX}']` } } };

function knowingIndex<C extends Pick<Container, "env">>(container: C): C {
  const { env = [] } = container;
  return env.some(({ name }) => name === VARIABLE)
    ? container
    : { ...container, env: [...env, { name: VARIABLE, ...PLACE }] };
}

function indexedSpec(spec: PodSpec, hostname: string): PodSpec {
  return {
    ...spec,
    hostname,
    containers: spec.containers.map(knowingIndex),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(knowingIndex) }),
  };
}

/** Failures of the index so far: those before the replaced pod, and its own. */
function failureNotes(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (!hasLimitPerIndex(job)) return {};
  if (!replaced) return { [FAILURES]: "0" };
  const counted = counts(job, replaced);
  const ignored = ignoredFailuresOf(replaced) + (counted ? 0 : 1);
  return {
    [FAILURES]: `${failuresOf(replaced) + (counted ? 1 : 0)}`,
    ...(ignored > 0 && { [IGNORED_FAILURES]: `${ignored}` }),
  };
}

/** Longest beginning that leaves room for the index and the suffix. */
const LONGEST_PREFIX = 57;

function prefixOf(name: string, index: number | undefined): string {
  if (index === undefined) return `${name}-`;
  const end = `-${index}-`;
  return `${name.slice(0, LONGEST_PREFIX - end.length)}${end}`;
}

/** The pod of `index` (undefined for jobs without indexes), which follows a failed one. */
export function newPod(job: Job, index?: number, replaced?: Pod): Write {
  const { metadata, spec } = job.spec?.template ?? {};
  const { name } = job.metadata;
  const own = index === undefined ? {} : { [INDEX]: `${index}` };
  const notes = index === undefined ? {} : failureNotes(job, replaced);
  const object = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: prefixOf(name, index),
      namespace: job.metadata.namespace,
      labels: { ...metadata?.labels, ...own },
      annotations: { ...metadata?.annotations, ...own, ...notes },
      finalizers: [...new Set([...(metadata?.finalizers ?? []), TRACKING])],
      ownerReferences: [controllerRefTo(Job, job)],
    },
    spec: spec && index !== undefined ? indexedSpec(spec, `${name}-${index}`) : spec,
  };
  return { verb: "create", kind: Pod, object };
}
