// Daemon sets: an annotation counts the templates that there have been.
import { type AnyObject, equalJson, withField, withMeta } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

const COUNT = "deprecated.daemonset.template.generation";

const templateOf = ({ spec }: AnyObject): unknown => (spec as { readonly template?: unknown } | undefined)?.template;

const counted = (object: AnyObject, count: number): AnyObject =>
  withMeta(object, { annotations: { ...object.metadata.annotations, [COUNT]: String(count) } });

export const daemonSets: Strategy = {
  prepareCreate: (object) => counted(withField(object, "status", undefined), 1),
  prepareUpdate(object, old) {
    const before = Number(old.metadata.annotations?.[COUNT] ?? "1");
    return counted(object, equalJson(templateOf(object), templateOf(old)) ? before : before + 1);
  },
};
