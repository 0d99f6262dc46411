// CSIDriver: what a storage driver needs of the cluster.
import {
  age,
  atomicList,
  boolean,
  field,
  int64,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  setOf,
  string,
  type TypeOf,
} from "@knots/machinery";
import { flag, NONE, type Shown, text, UNSET } from "../../columns.ts";
import { audiencesDiffer, driverName } from "./storage-checks.ts";

const tokenRequest = object("io.k8s.api.storage.v1.TokenRequest", {
  audience: field(1, string(), "Who the token is for; the API server when empty.", { required: true, always: true }),
  expirationSeconds: field(2, int64({ min: 600, max: 4_294_967_296 }), "Seconds that the token lives.", {
    pointer: true,
  }),
});
/** A service-account token that a driver wants. */
export interface TokenRequest extends TypeOf<typeof tokenRequest> {}
export const TokenRequest: ObjectSchema<TokenRequest> = tokenRequest;

const csiDriverSpec = object("io.k8s.api.storage.v1.CSIDriverSpec", {
  attachRequired: field(1, boolean(), "Whether volumes are attached to a node before they are mounted.", {
    pointer: true,
    immutable: true,
    default: true,
  }),
  podInfoOnMount: field(2, boolean(), "Whether the driver is told of the pod at each mount.", {
    pointer: true,
    default: false,
  }),
  volumeLifecycleModes: field(
    3,
    setOf(string({ enum: ["Persistent", "Ephemeral"] })),
    "Whether volumes are Persistent, Ephemeral or both.",
    { immutable: true, default: ["Persistent"] },
  ),
  storageCapacity: field(4, boolean(), "Whether pods are placed by the capacity that the driver reports.", {
    pointer: true,
    default: false,
  }),
  fsGroupPolicy: field(
    5,
    string({ enum: ["ReadWriteOnceWithFSType", "File", "None"] }),
    "Whether files are handed to the pod's group at mount.",
    { pointer: true, default: "ReadWriteOnceWithFSType" },
  ),
  tokenRequests: field(6, atomicList(TokenRequest), "Tokens of the pod's service account that the driver gets."),
  requiresRepublish: field(7, boolean(), "Whether the driver is called again and again for mounted volumes.", {
    pointer: true,
    default: false,
  }),
  seLinuxMount: field(8, boolean(), "Whether volumes can be mounted with an SELinux context.", {
    pointer: true,
    default: false,
  }),
  nodeAllocatableUpdatePeriodSeconds: field(
    9,
    int64({ min: 10 }),
    "Seconds between updates of how many volumes a node takes.",
    { pointer: true },
  ),
  serviceAccountTokenInSecrets: field(10, boolean(), "Whether tokens reach the driver among secrets, not settings.", {
    pointer: true,
  }),
  preventPodSchedulingIfMissing: field(11, boolean(), "Whether pods avoid nodes without the driver.", {
    pointer: true,
  }),
});
/** What a storage driver needs and can do. */
export interface CSIDriverSpec extends TypeOf<typeof csiDriverSpec> {}
export const CSIDriverSpec: ObjectSchema<CSIDriverSpec> = csiDriverSpec.check(audiencesDiffer);

type DriverView = Shown<CSIDriverSpec | undefined>;
const audiences = ({ spec }: DriverView): string =>
  (spec?.tokenRequests ?? []).map(({ audience }) => audience).join(",") || UNSET;

/** What a storage driver needs of the cluster. */
export const CSIDriver = kind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  scope: "Cluster",
  doc: "What a storage driver needs of the cluster.",
  columns: [
    flag(
      "AttachRequired",
      "Whether volumes are attached first.",
      ({ spec }: DriverView) => spec?.attachRequired ?? true,
    ),
    flag("PodInfoOnMount", "Whether the driver is told of pods.", ({ spec }: DriverView) => spec?.podInfoOnMount),
    flag("StorageCapacity", "Whether its capacity guides placement.", ({ spec }: DriverView) => spec?.storageCapacity),
    text("TokenRequests", "Audiences of tokens that it gets.", audiences),
    flag(
      "RequiresRepublish",
      "Whether it is called again for mounted volumes.",
      ({ spec }: DriverView) => spec?.requiresRepublish,
    ),
    text("Modes", "Kinds of volumes.", ({ spec }: DriverView) => (spec?.volumeLifecycleModes ?? []).join(",") || NONE),
    age(),
  ],
  checkName: driverName,
  unconditionalUpdate: false,
  generation: false,
  definition: "io.k8s.api.storage.v1.CSIDriver",
  storagePath: "csidrivers",
  fields: {
    spec: field(2, CSIDriverSpec, "What the driver needs and can do.", { required: true, always: true }),
  },
});
export interface CSIDriver extends ObjectOf<typeof CSIDriver> {}
