// CSIStorageCapacity: how much a driver can still give in one place.
import { age, dns1123Subdomain, field, kind, LabelSelector, type ObjectOf, quantity, string } from "@knots/machinery";
import { type Shown, text, UNSET } from "../../columns.ts";
import { capacityStays, notNegative } from "./storage-checks.ts";

interface CapacityView extends Shown {
  readonly storageClassName: string;
  readonly capacity?: string;
}

/** How much a driver can still give in one place. */
export const CSIStorageCapacity = kind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  scope: "Namespaced",
  doc: "How much a driver can still give in one place.",
  columns: [
    text(
      "StorageClassName",
      "Class that the numbers are about.",
      ({ storageClassName }: CapacityView) => storageClassName,
    ),
    text("Capacity", "Bytes that are free.", ({ capacity }: CapacityView) => capacity ?? UNSET),
    age(),
  ],
  checks: [notNegative("capacity", "maximumVolumeSize"), capacityStays],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  generation: false,
  definition: "io.k8s.api.storage.v1.CSIStorageCapacity",
  storagePath: "csistoragecapacities",
  fields: {
    nodeTopology: field(
      2,
      LabelSelector,
      "Nodes from which the storage can be reached; none when absent, cannot change.",
      { pointer: true },
    ),
    storageClassName: field(3, string(), "Class that the numbers are about; cannot change.", { required: true }),
    capacity: field(4, quantity(), "Bytes that are free.", { pointer: true }),
    maximumVolumeSize: field(5, quantity(), "Largest volume that can be made.", { pointer: true }),
  },
});
export interface CSIStorageCapacity extends ObjectOf<typeof CSIStorageCapacity> {}
