// Rules of claims: what is asked for is complete, and what is bound stays bound.
import {
  type Check,
  compareQuantities,
  dns1123Subdomain,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { checkText } from "../../checks.ts";
import { isNegative, isPositive } from "./amounts.ts";

interface Source {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}
type Amounts = Readonly<Record<string, string>>;
/** What the rules look at of what a claim asks for. */
interface ClaimSpec {
  readonly accessModes?: readonly string[];
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly volumeName?: string;
  readonly storageClassName?: string;
  readonly volumeAttributesClassName?: string;
  readonly dataSource?: Source;
  readonly dataSourceRef?: Source & { readonly namespace?: string };
}

export const ACCESS_MODES = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
const ALONE = "ReadWriteOncePod";

/** Modes are known, and the mode of one pod alone stands alone. */
export function* checkAccessModes(path: FieldPath, modes: readonly string[]): Iterable<FieldError> {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) yield notSupported(path, mode, ACCESS_MODES);
  if (modes.includes(ALONE) && modes.length > 1) {
    yield forbidden(path, "may not use ReadWriteOncePod with other access modes");
  }
}

/** An amount of storage that is some. */
export function* checkStorage(path: FieldPath, amount: string): Iterable<FieldError> {
  if (isNegative(amount)) yield invalid(path, amount, "must be greater than or equal to 0");
  if (!isPositive(amount)) yield invalid(path, amount, "must be greater than zero");
}

function* checkSources(path: FieldPath, spec: ClaimSpec): Iterable<FieldError> {
  for (const name of ["dataSource", "dataSourceRef"] as const) {
    const source = spec[name];
    if (!source || (source.apiGroup ?? "") !== "" || source.kind === "PersistentVolumeClaim") continue;
    yield invalid(path.child(name), source.kind, "");
  }
  const { dataSource, dataSourceRef } = spec;
  if (!dataSource || !dataSourceRef || (dataSourceRef.namespace ?? "") !== "") return;
  const same = (["apiGroup", "kind", "name"] as const).every((key) => dataSource[key] === dataSourceRef[key]);
  if (!same) yield invalid(path, path.child("dataSource").toString(), "must match dataSourceRef");
}

/** Faults of what a claim asks for. */
export function* claimSpecErrors(path: FieldPath, spec: ClaimSpec): Iterable<FieldError> {
  const modes = path.child("accessModes");
  if ((spec.accessModes ?? []).length === 0) yield required(modes, "at least 1 access mode is required");
  yield* checkAccessModes(modes, spec.accessModes ?? []);
  const storage = spec.resources?.requests?.["storage"];
  const at = path.child("resources").key("storage");
  if (storage === undefined) yield required(at);
  else yield* checkStorage(at, storage);
  yield* checkText(path.child("storageClassName"), spec.storageClassName, dns1123Subdomain);
  yield* checkText(path.child("volumeAttributesClassName"), spec.volumeAttributesClassName, dns1123Subdomain);
  yield* checkSources(path, spec);
}

interface ClaimView {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: ClaimSpec;
  readonly status?: { readonly phase?: string; readonly capacity?: Amounts };
}

export const completeClaim: Check<ClaimView> = function* ({ spec }, { path }) {
  if (spec) yield* claimSpecErrors(path.child("spec"), spec);
};

/** The same, for the claim that a pod brings along. */
export const completeOwnClaim: Check<{ readonly spec: ClaimSpec }> = function* ({ spec }, { path }) {
  yield* claimSpecErrors(path.child("spec"), spec);
};

/** A spec without what may change once the claim exists. */
function frozenPart(spec: ClaimSpec, old: ClaimView): object {
  const { volumeName = "", storageClassName } = old.spec ?? {};
  const { requests: _requests, ...resources } = spec.resources ?? {};
  const unbound = volumeName === "";
  return {
    ...spec,
    resources,
    volumeAttributesClassName: undefined,
    ...(unbound && { volumeName: "" }),
    // A class may be chosen later, by whoever makes one the default.
    ...(unbound && storageClassName === undefined && { storageClassName: undefined }),
  };
}

const present = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== ""));

const FROZEN =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

function* checkGrowth(path: FieldPath, claim: ClaimView, old: ClaimView): Iterable<FieldError> {
  const [now, was] = [claim.spec?.resources?.requests ?? {}, old.spec?.resources?.requests ?? {}];
  if (deepEqual(now, was)) return;
  if (old.status?.phase !== "Bound") {
    yield forbidden(path, FROZEN);
    return;
  }
  const [size, before, have] = [now["storage"], was["storage"], old.status.capacity?.["storage"]];
  if (size === undefined || before === undefined || compareQuantities(size, before) >= 0) return;
  if (have !== undefined && compareQuantities(size, have) > 0) return;
  yield forbidden(path.child("resources", "requests", "storage"), "field can not be less than status.capacity");
}

/** A claim asks for the same storage for ever; once bound it may ask for more of it. */
export const claimStays: Check<ClaimView> = function* (claim, { path, old }) {
  if (!claim.spec || !old?.spec) return;
  const at = path.child("spec");
  if (!deepEqual(present(frozenPart(claim.spec, old)), present(frozenPart(old.spec, old)))) yield forbidden(at, FROZEN);
  else yield* checkGrowth(at, claim, old);
};
