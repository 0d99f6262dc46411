// Pod templates: whether two are equal, and the hash that names a template.
import type { Deployment, ReplicaSet } from "@knots/api";
import { canonicalJson } from "../shared/canonical.ts";
import { shortHash } from "../shared/hash.ts";

/** Label that tells apart the pods of a Deployment's templates. */
export const TEMPLATE_HASH = "pod-template-hash";

type Template = NonNullable<Deployment["spec"]>["template"] | undefined;

function withoutHash(template: Template): unknown {
  const { [TEMPLATE_HASH]: _hash, ...labels } = template?.metadata?.labels ?? {};
  return { metadata: { ...template?.metadata, labels, creationTimestamp: undefined }, spec: template?.spec };
}

const templateTexts = new WeakMap<object, string>();
function textOf(template: Template): string {
  const known = template && templateTexts.get(template);
  if (known !== undefined) return known;
  const text = canonicalJson(withoutHash(template));
  if (template) templateTexts.set(template, text);
  return text;
}

/** Whether a set was made from the Deployment's template; the hash label does not count. */
export const hasTemplateOf = (set: ReplicaSet, deployment: Deployment): boolean =>
  textOf(set.spec?.template) === textOf(deployment.spec?.template);

/** A short name for a template; `collisions` gives another one after a clash. */
export const templateHash = (template: Template, collisions: number): string => shortHash(textOf(template), collisions);
