// Claims and volumes: pending at first; volumes note when their phase last changed.
import { formatTime } from "@knots/std";
import { type AnyObject, withField } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

interface Status {
  readonly phase?: string;
  readonly lastPhaseTransitionTime?: string;
}
const statusOf = (object: AnyObject): Status => object.status ?? {};

export const persistentVolumes: Strategy = {
  prepareCreate: (volume, { clock }) => ({
    ...volume,
    status: { phase: "Pending", lastPhaseTransitionTime: formatTime(clock.now()) },
  }),
  prepareStatus(volume, old, { clock }) {
    const [now, was] = [statusOf(volume), statusOf(old)];
    const told =
      now.lastPhaseTransitionTime !== undefined && now.lastPhaseTransitionTime !== was.lastPhaseTransitionTime;
    if (now.phase === was.phase || told) return volume;
    return { ...volume, status: { ...now, lastPhaseTransitionTime: formatTime(clock.now()) } };
  },
};

interface ClaimSpec {
  readonly dataSource?: object;
  readonly dataSourceRef?: {
    readonly apiGroup?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
}

/** What a claim starts from is told in both of its fields. */
function bothSources(claim: AnyObject): AnyObject {
  const spec: ClaimSpec = claim.spec ?? {};
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) return { ...claim, spec: { ...spec, dataSourceRef: dataSource } };
  if (dataSource || !dataSourceRef || (dataSourceRef.namespace ?? "") !== "") return claim;
  const { namespace: _namespace, ...source } = dataSourceRef;
  return { ...claim, spec: { ...spec, dataSource: source } };
}

export const persistentVolumeClaims: Strategy = {
  prepareCreate: (claim) => ({ ...bothSources(withField(claim, "status", undefined)), status: { phase: "Pending" } }),
};
