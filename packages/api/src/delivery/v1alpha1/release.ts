// Release: an image with its configuration and routes, as a site serves it; a rollback is a new release of an old image.
import {
  age,
  ageSince,
  array,
  boolean,
  type Column,
  conditionList,
  dns1035Label,
  dns1123Subdomain,
  field,
  int32,
  int64,
  kind,
  microTime,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { NONE, orNone, type Shown, text, wide } from "../../columns.ts";
import { ResourceRequirements } from "../../core/v1/resources.ts";
import { commitHash, domainName, imageDigest } from "./formats.ts";
import { DELIVERY_GROUP } from "./site.ts";
import { Failure, stepList } from "./step.ts";

const releaseConfig = object("dev.knots.delivery.v1alpha1.ReleaseConfig", {
  replicas: field(1, int32({ min: 0 }), "How many pods serve it.", { pointer: true, default: 1 }),
  port: field(2, int32({ min: 1, max: 65_535 }), "Port on which the pods serve.", { default: 8080 }),
  resources: field(3, ResourceRequirements, "Resources of a pod.", { pointer: true }),
});
/** How a release is run, as it was when the release was made. */
export interface ReleaseConfig extends TypeOf<typeof releaseConfig> {}
export const ReleaseConfig: ObjectSchema<ReleaseConfig> = releaseConfig;

const route = object("dev.knots.delivery.v1alpha1.Route", {
  host: field(1, string({ check: domainName }), "Host name.", { required: true }),
  path: field(2, string(), "Prefix of the paths.", { default: "/" }),
});
/** Requests that lead to a release. */
export interface Route extends TypeOf<typeof route> {}
export const Route: ObjectSchema<Route> = route;

const releaseSpec = object("dev.knots.delivery.v1alpha1.ReleaseSpec", {
  site: field(1, string({ check: dns1035Label }), "Name of the site.", { required: true, immutable: true }),
  number: field(2, int64({ min: 1 }), "Number of the release; the highest that works is served.", {
    required: true,
    immutable: true,
  }),
  build: field(3, string({ check: dns1123Subdomain }), "Build that made the image.", { immutable: true }),
  commit: field(4, string({ check: commitHash }), "Commit that it shows.", { immutable: true }),
  image: field(5, string({ check: imageDigest }), "Image, named by its digest.", { required: true, immutable: true }),
  config: field(6, ReleaseConfig, "How it is run.", { always: true, immutable: true, default: {} }),
  routes: field(
    7,
    array(Route, { list: "map", keys: ["host", "path"], patch: "merge", mergeKey: "host", maxItems: 64 }),
    "Requests that lead to it.",
    { required: true, immutable: true },
  ),
  rollbackOf: field(8, string({ check: dns1123Subdomain }), "Earlier release whose image this one brings back.", {
    immutable: true,
  }),
  requestedBy: field(9, string(), "User who pushed or rolled back.", { immutable: true }),
});
/** What is served. */
export interface ReleaseSpec extends TypeOf<typeof releaseSpec> {}
export const ReleaseSpec: ObjectSchema<ReleaseSpec> = releaseSpec;

const releaseStatus = object("dev.knots.delivery.v1alpha1.ReleaseStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from."),
  phase: field(
    2,
    string({ enum: ["Pending", "RollingOut", "Active", "Superseded", "Failed"] }),
    "Where the release is in its life.",
    { default: "Pending" },
  ),
  steps: field(3, stepList, "Steps with their times, for the stopwatch."),
  switchedAt: field(4, microTime(), "When traffic was switched to it.", { pointer: true }),
  failure: field(5, Failure, "Why it did not go live; absent when it did.", { pointer: true }),
  imageKept: field(6, boolean(), "Whether the registry still has the image; only then can it be rolled back to.", {
    pointer: true,
  }),
  conditions: field(7, conditionList, "Aspects of the state."),
});
/** State of a release. */
export interface ReleaseStatus extends TypeOf<typeof releaseStatus> {}
export const ReleaseStatus: ObjectSchema<ReleaseStatus> = releaseStatus;

type ReleaseView = Shown<ReleaseSpec, ReleaseStatus>;

const columns: readonly Column[] = [
  text("Site", "Site that serves it.", ({ spec }: ReleaseView) => spec.site),
  text("Number", "Number of the release.", ({ spec }: ReleaseView) => `${spec.number}`),
  text("Commit", "Commit that it shows.", ({ spec }: ReleaseView) => orNone(spec.commit?.slice(0, 8))),
  text("Phase", "Where the release is in its life.", ({ status }: ReleaseView) => status?.phase ?? ""),
  text("Switched", "Time since traffic was switched to it.", ({ status }: ReleaseView, now) =>
    status?.switchedAt === undefined ? NONE : ageSince(status.switchedAt, now),
  ),
  age(),
  wide(text("Rollback-Of", "Release that it brings back.", ({ spec }: ReleaseView) => orNone(spec.rollbackOf))),
  wide(text("Image", "Image that is served.", ({ spec }: ReleaseView) => spec.image)),
];

/** An image with its configuration and routes, as a site serves it. */
export const Release = kind({
  group: DELIVERY_GROUP,
  version: "v1alpha1",
  kind: "Release",
  plural: "releases",
  scope: "Namespaced",
  categories: ["delivery"],
  doc: "An image with its configuration and routes, as a site serves it.",
  definition: "dev.knots.delivery.v1alpha1.Release",
  fields: {
    spec: field(2, ReleaseSpec, "What is served.", { required: true, always: true }),
    status: field(3, ReleaseStatus, "State of the release, written by its controller.", { always: true }),
  },
  columns,
  selectable: {
    "spec.site": ({ spec }: ReleaseView) => spec.site,
    "status.phase": ({ status }: ReleaseView) => status?.phase ?? "",
  },
  checkName: dns1123Subdomain,
});
export interface Release extends ObjectOf<typeof Release> {}
