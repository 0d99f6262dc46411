// Build: one commit of a site on its way to an image.
import {
  age,
  boolean,
  type Column,
  conditionList,
  dns1035Label,
  dns1123Subdomain,
  field,
  int64,
  kind,
  microTime,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { orNone, type Shown, text, wide } from "../../columns.ts";
import { branchName, commitHash, imageDigest } from "./formats.ts";
import { BuildSettings, DELIVERY_GROUP, Repository } from "./site.ts";
import { Failure, stepList } from "./step.ts";

const buildSpec = object("dev.knots.delivery.v1alpha1.BuildSpec", {
  site: field(1, string({ check: dns1035Label }), "Name of the site.", { required: true, immutable: true }),
  number: field(2, int64({ min: 1 }), "Number of the build, counted per site.", { required: true, immutable: true }),
  commit: field(3, string({ check: commitHash }), "Commit to build.", { required: true, immutable: true }),
  branch: field(4, string({ check: branchName }), "Branch that the commit came by.", { immutable: true }),
  repository: field(5, Repository, "Where to clone from, as it was when the build was made.", {
    always: true,
    immutable: true,
    default: {},
  }),
  settings: field(6, BuildSettings, "How to build, as it was when the build was made.", {
    always: true,
    immutable: true,
    default: {},
  }),
  trigger: field(7, string({ enum: ["Push", "Webhook", "Poll", "Manual"] }), "What made the build start.", {
    immutable: true,
    default: "Push",
  }),
  receivedAt: field(8, microTime(), "When the push or request came in; the stopwatch starts here.", {
    pointer: true,
    immutable: true,
  }),
  requestedBy: field(9, string(), "User who pushed or asked.", { immutable: true }),
  subject: field(10, string({ maxLength: 1024 }), "First line of the commit's message.", { immutable: true }),
  cancelled: field(11, boolean(), "Whether the build is to be given up."),
});
/** What is to be built. */
export interface BuildSpec extends TypeOf<typeof buildSpec> {}
export const BuildSpec: ObjectSchema<BuildSpec> = buildSpec;

const buildLog = object("dev.knots.delivery.v1alpha1.BuildLog", {
  pod: field(1, string({ check: dns1123Subdomain }), "Pod that builds; its containers' logs are the build's log."),
  tail: field(2, string({ maxLength: 16_384 }), "Last lines of the log, kept when the pod is gone."),
});
/** Where the log of a build is. */
export interface BuildLog extends TypeOf<typeof buildLog> {}
export const BuildLog: ObjectSchema<BuildLog> = buildLog;

const buildStatus = object("dev.knots.delivery.v1alpha1.BuildStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from."),
  phase: field(
    2,
    string({ enum: ["Queued", "Running", "Succeeded", "Failed", "Cancelled", "Superseded"] }),
    "Where the build is in its life.",
    { default: "Queued" },
  ),
  steps: field(3, stepList, "Steps with their times, for the stopwatch."),
  startedAt: field(4, microTime(), "When work began.", { pointer: true }),
  finishedAt: field(5, microTime(), "When the build ended, well or not.", { pointer: true }),
  failure: field(6, Failure, "Why it failed; absent when it did not.", { pointer: true }),
  log: field(7, BuildLog, "Where the log is.", { pointer: true }),
  image: field(8, string({ check: imageDigest }), "Image that was made, named by its digest."),
  imageBytes: field(9, int64({ min: 0 }), "Size of the layer that was made, in bytes."),
  outputDirectory: field(10, string(), "Folder that held the finished pages."),
  release: field(11, string(), "Release that was made from it."),
  conditions: field(12, conditionList, "Aspects of the state."),
});
/** State of a build. */
export interface BuildStatus extends TypeOf<typeof buildStatus> {}
export const BuildStatus: ObjectSchema<BuildStatus> = buildStatus;

type BuildView = Shown<BuildSpec, BuildStatus>;

const columns: readonly Column[] = [
  text("Site", "Site that is built.", ({ spec }: BuildView) => spec.site),
  text("Number", "Number of the build.", ({ spec }: BuildView) => `${spec.number}`),
  text("Commit", "Commit that is built.", ({ spec }: BuildView) => spec.commit.slice(0, 8)),
  text("Phase", "Where the build is in its life.", ({ status }: BuildView) => status?.phase ?? ""),
  text("Reason", "Why it failed.", ({ status }: BuildView) => orNone(status?.failure?.reason)),
  age(),
  wide(text("Branch", "Branch that the commit came by.", ({ spec }: BuildView) => spec.branch ?? "")),
  wide(text("Image", "Image that was made.", ({ status }: BuildView) => orNone(status?.image))),
];

/** One commit of a site on its way to an image. */
export const Build = kind({
  group: DELIVERY_GROUP,
  version: "v1alpha1",
  kind: "Build",
  plural: "builds",
  scope: "Namespaced",
  categories: ["delivery"],
  doc: "One commit of a site on its way to an image.",
  definition: "dev.knots.delivery.v1alpha1.Build",
  fields: {
    spec: field(2, BuildSpec, "What is to be built.", { required: true, always: true }),
    status: field(3, BuildStatus, "State of the build, written by its controller.", { always: true }),
  },
  columns,
  selectable: {
    "spec.site": ({ spec }: BuildView) => spec.site,
    "spec.commit": ({ spec }: BuildView) => spec.commit,
    "status.phase": ({ status }: BuildView) => status?.phase ?? "",
  },
  checkName: dns1123Subdomain,
});
export interface Build extends ObjectOf<typeof Build> {}
