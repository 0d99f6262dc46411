// What `kubectl get` shows of claims and volumes.
import { age, type Column, type ObjectMeta } from "@knots/machinery";
import { type Shown, text, wide } from "../../columns.ts";
import type { Amounts } from "./amounts.ts";
import { ACCESS_MODES } from "./claim-checks.ts";
import type { PersistentVolumeClaimSpec } from "./persistent-volume-claim-spec.ts";

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};
const UNSET = "<unset>";

/** Access modes by their initials, in a fixed order. */
export const accessModesText = (modes: readonly string[] = []): string =>
  ACCESS_MODES.filter((mode) => modes.includes(mode))
    .map((mode) => SHORT[mode])
    .join(",");

/** The class of a claim or volume: from its old annotation, or its field. */
export const classText = ({ annotations }: ObjectMeta, name: string | undefined): string =>
  annotations?.["volume.beta.kubernetes.io/storage-class"] ?? name ?? "";

export const phaseText = ({ deletionTimestamp }: ObjectMeta, phase: string | undefined): string =>
  deletionTimestamp === undefined ? (phase ?? "") : "Terminating";

/** Columns that claims and volumes end with. */
export const storageTail = {
  attributes: text(
    "VolumeAttributesClass",
    "Class of changeable attributes.",
    ({ spec }: Shown<{ readonly volumeAttributesClassName?: string }>) => spec.volumeAttributesClassName ?? UNSET,
  ),
  mode: wide(
    text(
      "VolumeMode",
      "File system or block device.",
      ({ spec }: Shown<{ readonly volumeMode?: string }>) => spec.volumeMode ?? UNSET,
    ),
  ),
};

interface Status {
  readonly phase?: string;
  readonly accessModes?: readonly string[];
  readonly capacity?: Amounts;
}
type ClaimView = Shown<PersistentVolumeClaimSpec, Status>;
const bound = ({ spec }: ClaimView): boolean => (spec.volumeName ?? "") !== "";

export const claimColumns: readonly Column[] = [
  text("Status", "Whether it is bound.", ({ metadata, status }: ClaimView) => phaseText(metadata, status?.phase)),
  text("Volume", "Volume that it is bound to.", ({ spec }: ClaimView) => spec.volumeName ?? ""),
  text("Capacity", "Size of the volume.", (claim: ClaimView) =>
    bound(claim) ? (claim.status?.capacity?.["storage"] ?? "0") : "",
  ),
  text("Access Modes", "How the volume can be mounted.", (claim: ClaimView) =>
    bound(claim) ? accessModesText(claim.status?.accessModes) : "",
  ),
  text("StorageClass", "Class that provides the volume.", ({ metadata, spec }: ClaimView) =>
    classText(metadata, spec.storageClassName),
  ),
  storageTail.attributes,
  age(),
  storageTail.mode,
];
