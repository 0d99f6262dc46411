// VolumeAttachment: a volume that is to be attached to a node.
import {
  age,
  boolean,
  dns1123Subdomain,
  field,
  int32,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { flag, type Shown, text } from "../../columns.ts";
import { PersistentVolumeSpec } from "../../core/v1/persistent-volume.ts";
import { attacherIsNamed, errorIsShort, oneSource } from "./storage-checks.ts";

const volumeAttachmentSource = object("io.k8s.api.storage.v1.VolumeAttachmentSource", {
  persistentVolumeName: field(1, string(), "Name of a persistent volume.", { pointer: true }),
  inlineVolumeSpec: field(2, PersistentVolumeSpec, "The volume itself, for volumes from before CSI.", {
    pointer: true,
  }),
});
/** The volume that is attached. */
export interface VolumeAttachmentSource extends TypeOf<typeof volumeAttachmentSource> {}
export const VolumeAttachmentSource: ObjectSchema<VolumeAttachmentSource> = volumeAttachmentSource.check(oneSource);

const volumeAttachmentSpec = object("io.k8s.api.storage.v1.VolumeAttachmentSpec", {
  attacher: field(1, string(), "Driver that attaches.", { required: true }),
  source: field(2, VolumeAttachmentSource, "The volume that is attached.", { required: true, always: true }),
  nodeName: field(3, string(), "Node that it is attached to.", { required: true }),
});
/** What is attached where. */
export interface VolumeAttachmentSpec extends TypeOf<typeof volumeAttachmentSpec> {}
export const VolumeAttachmentSpec: ObjectSchema<VolumeAttachmentSpec> = volumeAttachmentSpec.check(attacherIsNamed);

const volumeError = object("io.k8s.api.storage.v1.VolumeError", {
  time: field(1, time(), "When it went wrong."),
  message: field(2, string(), "Details for people; must not hold secrets."),
  errorCode: field(3, int32(), "gRPC code of the driver's answer.", { pointer: true }),
});
/** What went wrong. */
export interface VolumeError extends TypeOf<typeof volumeError> {}
export const VolumeError: ObjectSchema<VolumeError> = volumeError.check(errorIsShort);

const volumeAttachmentStatus = object("io.k8s.api.storage.v1.VolumeAttachmentStatus", {
  attached: field(1, boolean(), "Whether the volume is attached.", { required: true, always: true }),
  attachmentMetadata: field(2, map(string()), "Facts from the driver for mounting."),
  attachError: field(3, VolumeError, "Why attaching failed last.", { pointer: true }),
  detachError: field(4, VolumeError, "Why detaching failed last.", { pointer: true }),
});
/** State of an attachment. */
export interface VolumeAttachmentStatus extends TypeOf<typeof volumeAttachmentStatus> {}
export const VolumeAttachmentStatus: ObjectSchema<VolumeAttachmentStatus> = volumeAttachmentStatus;

type AttachmentView = Shown<VolumeAttachmentSpec | undefined, VolumeAttachmentStatus>;

/** A volume that is to be attached to a node. */
export const VolumeAttachment = kind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  scope: "Cluster",
  doc: "A volume that is to be attached to a node.",
  columns: [
    text("Attacher", "Driver that attaches.", ({ spec }: AttachmentView) => spec?.attacher ?? ""),
    text("PV", "Volume that is attached.", ({ spec }: AttachmentView) => spec?.source.persistentVolumeName ?? ""),
    text("Node", "Node that it is attached to.", ({ spec }: AttachmentView) => spec?.nodeName ?? ""),
    flag("Attached", "Whether it is attached.", ({ status }: AttachmentView) => status?.attached),
    age(),
  ],
  checkName: dns1123Subdomain,
  unconditionalUpdate: false,
  generation: false,
  definition: "io.k8s.api.storage.v1.VolumeAttachment",
  storagePath: "volumeattachments",
  fields: {
    spec: field(2, VolumeAttachmentSpec, "What is attached where; cannot change.", {
      required: true,
      always: true,
      immutable: true,
    }),
    status: field(3, VolumeAttachmentStatus, "State, written by the driver.", { always: true }),
  },
});
export interface VolumeAttachment extends ObjectOf<typeof VolumeAttachment> {}
