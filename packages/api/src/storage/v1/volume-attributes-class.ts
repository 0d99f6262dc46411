// VolumeAttributesClass: qualities of a volume that can be changed while it is used.
import { age, dns1123Subdomain, field, kind, map, type ObjectOf, string } from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import { classStays, driverIsNamed, hasParameters } from "./storage-checks.ts";

/** Qualities of a volume that can be changed while it is used. */
export const VolumeAttributesClass = kind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  scope: "Cluster",
  shortNames: ["vac"],
  doc: "Qualities of a volume that can be changed while it is used.",
  columns: [
    text(
      "DriverName",
      "Driver that knows the parameters.",
      ({ driverName }: Shown & { readonly driverName: string }) => driverName,
    ),
    age(),
  ],
  checks: [driverIsNamed, hasParameters, classStays("driverName", "parameters")],
  checkName: dns1123Subdomain,
  generation: false,
  definition: "io.k8s.api.storage.v1.VolumeAttributesClass",
  storagePath: "volumeattributesclasses",
  fields: {
    driverName: field(2, string(), "Driver that knows the parameters; cannot change.", { required: true }),
    parameters: field(3, map(string()), "Settings that the driver applies to volumes; cannot change."),
  },
});
export interface VolumeAttributesClass extends ObjectOf<typeof VolumeAttributesClass> {}
