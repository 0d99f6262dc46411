// StorageClass: how volumes of a kind are made.
import { age, atomicList, boolean, dns1123Subdomain, field, kind, map, type ObjectOf, string } from "@knots/machinery";
import { flag, type Shown, text } from "../../columns.ts";
import { TopologySelectorTerm } from "../../core/v1/topology-selector.ts";
import { DEFAULT_STORAGE_CLASS_ANNOTATION, DEFAULT_STORAGE_CLASS_LEGACY_ANNOTATION } from "../../labels.ts";
import { classStays, provisionerIsNamed, topologiesDiffer } from "./storage-checks.ts";

interface ClassView extends Shown {
  readonly provisioner: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly allowVolumeExpansion?: boolean;
}

function nameText({ metadata: { name = "", annotations = {} } }: ClassView): string {
  const marks = [DEFAULT_STORAGE_CLASS_ANNOTATION, DEFAULT_STORAGE_CLASS_LEGACY_ANNOTATION];
  return marks.some((mark) => annotations[mark] === "true") ? `${name} (default)` : name;
}

/** How volumes of a kind are made. */
export const StorageClass = kind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  scope: "Cluster",
  shortNames: ["sc"],
  doc: "How volumes of a kind are made.",
  columns: [
    text("Name", "Name of the class, marked when it is the default.", nameText),
    text("Provisioner", "Driver that makes the volumes.", ({ provisioner }: ClassView) => provisioner),
    text(
      "ReclaimPolicy",
      "What becomes of released volumes.",
      ({ reclaimPolicy }: ClassView) => reclaimPolicy ?? "Delete",
    ),
    text(
      "VolumeBindingMode",
      "When claims are bound.",
      ({ volumeBindingMode }: ClassView) => volumeBindingMode ?? "Immediate",
    ),
    flag(
      "AllowVolumeExpansion",
      "Whether claims may grow.",
      ({ allowVolumeExpansion }: ClassView) => allowVolumeExpansion,
    ),
    age(),
  ],
  checks: [provisionerIsNamed, classStays("parameters", "provisioner", "reclaimPolicy"), topologiesDiffer],
  checkName: dns1123Subdomain,
  generation: false,
  definition: "io.k8s.api.storage.v1.StorageClass",
  storagePath: "storageclasses",
  fields: {
    provisioner: field(2, string(), "Driver that makes the volumes; cannot change.", { required: true }),
    parameters: field(3, map(string()), "Settings for the driver; cannot change."),
    reclaimPolicy: field(
      4,
      string({ enum: ["Delete", "Recycle", "Retain"] }),
      "What becomes of volumes whose claim is gone; cannot change.",
      { pointer: true, default: "Delete" },
    ),
    mountOptions: field(5, atomicList(string()), "Options for mounting the volumes."),
    allowVolumeExpansion: field(6, boolean(), "Whether claims of the class may ask for more later.", { pointer: true }),
    volumeBindingMode: field(
      7,
      string({ enum: ["Immediate", "WaitForFirstConsumer"] }),
      "Whether claims are bound at once or with their first pod.",
      { pointer: true, immutable: true, default: "Immediate" },
    ),
    allowedTopologies: field(8, atomicList(TopologySelectorTerm), "Where volumes may be made; anywhere when empty."),
  },
});
export interface StorageClass extends ObjectOf<typeof StorageClass> {}
