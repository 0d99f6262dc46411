// What `kubectl get persistentvolumes` shows.
import { age, type Column } from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import type { Amounts } from "./amounts.ts";
import { accessModesText, classText, phaseText, storageTail } from "./claim-columns.ts";
import type { ObjectReference } from "./reference.ts";

interface Spec {
  readonly capacity?: Amounts;
  readonly accessModes?: readonly string[];
  readonly persistentVolumeReclaimPolicy?: string;
  readonly claimRef?: ObjectReference;
  readonly storageClassName?: string;
}
type View = Shown<Spec, { readonly phase?: string; readonly reason?: string }>;

export const persistentVolumeColumns: readonly Column[] = [
  text("Capacity", "Size of the volume.", ({ spec }: View) => spec.capacity?.["storage"] ?? "0"),
  text("Access Modes", "How the volume can be mounted.", ({ spec }: View) => accessModesText(spec.accessModes)),
  text(
    "Reclaim Policy",
    "What happens when its claim goes.",
    ({ spec }: View) => spec.persistentVolumeReclaimPolicy ?? "",
  ),
  text("Status", "Whether it is bound.", ({ metadata, status }: View) => phaseText(metadata, status?.phase)),
  text("Claim", "Claim that it is bound to.", ({ spec }: View) =>
    spec.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "",
  ),
  text("StorageClass", "Class that it belongs to.", ({ metadata, spec }: View) =>
    classText(metadata, spec.storageClassName),
  ),
  storageTail.attributes,
  text("Reason", "Why it is in this state.", ({ status }: View) => status?.reason ?? ""),
  age(),
  storageTail.mode,
];
