// pods/resize: changes what the containers of a pod that exists may use.
import type { AnyObject } from "../registry/objects.ts";
import type { UpdateScope } from "../registry/update-scope.ts";
import { exemptFromUpdateRules, podSpec } from "../strategies/pods.ts";

interface Sized {
  readonly name: string;
  readonly resources?: unknown;
  readonly resizePolicy?: unknown;
}

/** The old containers with the new amounts, matched by name. */
function resized<T extends Sized>(
  old: readonly T[] | undefined,
  wanted: readonly T[] | undefined,
): readonly T[] | undefined {
  return old?.map((container) => {
    const next = wanted?.find(({ name }) => name === container.name);
    return next?.resources === undefined ? container : { ...container, resources: next.resources };
  });
}

export const podResize: UpdateScope = {
  subresource: "resize",
  merge(pod, old): AnyObject {
    const [wanted, before] = [podSpec(pod), podSpec(old)];
    const containers = resized(before.containers, wanted.containers);
    const initContainers = resized(before.initContainers, wanted.initContainers);
    const spec = { ...before, ...(containers && { containers }), ...(initContainers && { initContainers }) };
    return exemptFromUpdateRules({ ...old, spec });
  },
};
