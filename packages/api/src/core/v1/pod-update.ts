// What an update may change in a pod. Subresources (binding, resize, ephemeralcontainers) have their own rules.
import { type Check, fieldPath, forbidden } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import type { PodSpec } from "./pod-spec.ts";
import type { Toleration } from "./taint.ts";

const MESSAGE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

const images = (containers: PodSpec["containers"] | undefined, from: PodSpec["containers"] | undefined) =>
  containers?.map((container, index) => {
    const { image: _image, ...rest } = container;
    const image = from?.[index]?.image;
    return { ...rest, ...(image !== undefined && { image }) };
  });

/** A gated pod may still be steered more narrowly; gates only go. */
function scheduling(spec: PodSpec, old: PodSpec): Partial<PodSpec> {
  if ((old.schedulingGates ?? []).length === 0) return {};
  const { nodeSelector, affinity } = spec;
  return { ...(nodeSelector && { nodeSelector }), ...(affinity && { affinity }) };
}

/** The new spec with what may change put back to what it was. */
function reverted(spec: PodSpec, old: PodSpec): PodSpec {
  const { activeDeadlineSeconds: _a, tolerations: _t, schedulingGates: _g, initContainers: _i, ...rest } = spec;
  const graceAllowed = spec.terminationGracePeriodSeconds === 1 && (old.terminationGracePeriodSeconds ?? 0) < 0;
  const keep = (name: keyof PodSpec) => (old[name] === undefined ? {} : { [name]: old[name] });
  return {
    ...rest,
    containers: images(spec.containers, old.containers) ?? [],
    ...(spec.initContainers && { initContainers: images(spec.initContainers, old.initContainers) ?? [] }),
    ...keep("activeDeadlineSeconds"),
    ...keep("tolerations"),
    ...keep("schedulingGates"),
    ...(graceAllowed ? keep("terminationGracePeriodSeconds") : {}),
  };
}

const sameToleration = (one: Toleration, other: Toleration): boolean =>
  deepEqual({ ...one, tolerationSeconds: 0 }, { ...other, tolerationSeconds: 0 });

/** The rules of a plain update of a pod; to be used where the write goes through no subresource. */
export const podUpdate: Check<{ readonly spec: PodSpec }> = function* ({ spec }, { old }) {
  if (!old) return;
  const path = fieldPath("spec");
  const wanted = { ...old.spec, ...scheduling(spec, old.spec) };
  if (!deepEqual(reverted(spec, old.spec), wanted)) yield forbidden(path, MESSAGE);
  const kept = spec.tolerations ?? [];
  if (!(old.spec.tolerations ?? []).every((one) => kept.some((other) => sameToleration(one, other)))) {
    yield forbidden(path.child("tolerations"), "existing toleration can not be modified except its tolerationSeconds");
  }
  const gates = new Set((old.spec.schedulingGates ?? []).map(({ name }) => name));
  if ((spec.schedulingGates ?? []).some(({ name }) => !gates.has(name))) {
    yield forbidden(path.child("schedulingGates"), "only deletion is allowed, but found new scheduling gate");
  }
};
