// Jobs: the server makes the selector and the labels that it selects.
import { type AnyObject, withField } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

type Labels = Readonly<Record<string, string>>;
interface JobSpec {
  readonly manualSelector?: boolean;
  readonly selector?: { readonly matchLabels?: Labels };
  readonly template?: { readonly metadata?: { readonly labels?: Labels } };
}

const UID_LABEL = "batch.kubernetes.io/controller-uid";

/** Labels and selector of the job's own; what the client set stays, and is refused when it contradicts. */
function withSelector(job: AnyObject): AnyObject {
  const spec: JobSpec = job.spec ?? {};
  const { name = "", uid = "" } = job.metadata;
  const { template = {}, selector = {} } = spec;
  const made = {
    "job-name": name,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    [UID_LABEL]: uid,
  };
  const labels = { ...made, ...template.metadata?.labels };
  const matchLabels = { [UID_LABEL]: uid, ...selector.matchLabels };
  return {
    ...job,
    spec: {
      ...spec,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

export const jobs: Strategy = {
  orphansByDefault: true,
  prepareCreate(job) {
    const bare = withField(job, "status", undefined);
    return (job.spec as JobSpec | undefined)?.manualSelector === true ? bare : withSelector(bare);
  },
};
