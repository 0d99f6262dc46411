// Site: a web site that is built from a repository and served at its domains.
import {
  age,
  array,
  boolean,
  type Column,
  type Condition,
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
import { EnvVar } from "../../core/v1/env.ts";
import { ResourceRequirements } from "../../core/v1/resources.ts";
import { branchName, commitHash, domainName, insidePath, nodeVersion, repositoryUrl } from "./formats.ts";
import { Failure } from "./step.ts";

/** Group of the delivery kinds. */
export const DELIVERY_GROUP = "delivery.knots.dev";

const repository = object("dev.knots.delivery.v1alpha1.Repository", {
  url: field(
    1,
    string({ check: repositoryUrl }),
    "Where to clone from; empty for the repository that comes with the site.",
  ),
  secretName: field(2, string({ check: dns1123Subdomain }), "Secret with the login of a private repository."),
});
/** Where a site's source is. */
export interface Repository extends TypeOf<typeof repository> {}
export const Repository: ObjectSchema<Repository> = repository;

const buildSettings = object("dev.knots.delivery.v1alpha1.BuildSettings", {
  directory: field(
    1,
    string({ check: insidePath }),
    "Folder of the repository that holds the site; the top when empty.",
  ),
  command: field(2, string({ maxLength: 4096 }), "Command that builds; the build script of package.json when empty."),
  outputDirectory: field(
    3,
    string({ check: insidePath }),
    "Folder with the finished pages; found by itself when empty.",
  ),
  nodeVersion: field(
    4,
    string({ check: nodeVersion }),
    "Version of Node.js; that of package.json or the default when empty.",
  ),
  env: field(
    5,
    array(EnvVar, { list: "map", keys: ["name"], patch: "merge", mergeKey: "name" }),
    "Environment variables of the build.",
  ),
  timeoutSeconds: field(6, int32({ min: 10, max: 86_400 }), "Seconds after which a build is ended.", {
    pointer: true,
    default: 900,
  }),
  resources: field(7, ResourceRequirements, "Resources of a build; the platform's when empty.", { pointer: true }),
});
/** How a site is built. */
export interface BuildSettings extends TypeOf<typeof buildSettings> {}
export const BuildSettings: ObjectSchema<BuildSettings> = buildSettings;

const retention = object("dev.knots.delivery.v1alpha1.Retention", {
  releases: field(1, int32({ min: 1, max: 1000 }), "How many past releases stay ready for a rollback.", {
    pointer: true,
    default: 10,
  }),
  builds: field(2, int32({ min: 1, max: 1000 }), "How many finished builds are kept.", { pointer: true, default: 20 }),
  days: field(3, int32({ min: 0, max: 3650 }), "Days for which everything is kept anyway."),
});
/** How much of a site's past is kept. */
export interface Retention extends TypeOf<typeof retention> {}
export const Retention: ObjectSchema<Retention> = retention;

const siteSpec = object("dev.knots.delivery.v1alpha1.SiteSpec", {
  domains: field(
    1,
    array(string({ check: domainName }), { list: "set", maxItems: 64 }),
    "Host names at which the site is served; the first is the main one.",
    { required: true },
  ),
  repository: field(2, Repository, "Where the source is.", { always: true, default: {} }),
  branch: field(3, string({ check: branchName }), "Branch whose pushes go live.", { default: "main" }),
  build: field(4, BuildSettings, "How the site is built.", { always: true, default: {} }),
  replicas: field(5, int32({ min: 0, max: 1000 }), "How many pods serve the site.", { pointer: true, default: 1 }),
  retention: field(6, Retention, "How much of the past is kept.", { always: true, default: {} }),
  resources: field(7, ResourceRequirements, "Resources of a serving pod; the platform's when empty.", {
    pointer: true,
  }),
  paused: field(8, boolean(), "Whether pushes wait instead of being built."),
});
/** What a site should be. */
export interface SiteSpec extends TypeOf<typeof siteSpec> {}
export const SiteSpec: ObjectSchema<SiteSpec> = siteSpec;

const releaseSummary = object("dev.knots.delivery.v1alpha1.ReleaseSummary", {
  name: field(1, string(), "Name of the release.", { required: true }),
  number: field(2, int64(), "Number of the release.", { required: true, always: true }),
  commit: field(3, string({ check: commitHash }), "Commit that it shows."),
  switchedAt: field(4, microTime(), "When traffic was switched to it.", { pointer: true }),
});
/** The release that a site serves. */
export interface ReleaseSummary extends TypeOf<typeof releaseSummary> {}
export const ReleaseSummary: ObjectSchema<ReleaseSummary> = releaseSummary;

const siteStatus = object("dev.knots.delivery.v1alpha1.SiteStatus", {
  observedGeneration: field(1, int64(), "Generation that the status was computed from."),
  conditions: field(2, conditionList, "Aspects of the state: Ready, DomainsAccepted, SourceReachable."),
  url: field(3, string(), "Address at which the site is seen."),
  pushUrl: field(4, string(), "Address to push to, for the repository that comes with the site."),
  active: field(5, ReleaseSummary, "Release that is served.", { pointer: true }),
  latestBuild: field(6, string(), "Name of the newest build."),
  latestCommit: field(7, string({ check: commitHash }), "Newest commit of the branch that was seen."),
  lastFailure: field(8, Failure, "Why the newest build or release did not go live; absent when it did.", {
    pointer: true,
  }),
  lastNumber: field(9, int64(), "Highest number that a build or release of this site has had."),
  domains: field(
    10,
    array(string({ check: domainName }), { list: "set", maxItems: 64 }),
    "Domains that are the site's; those that others have are missing.",
  ),
});
/** State of a site. */
export interface SiteStatus extends TypeOf<typeof siteStatus> {}
export const SiteStatus: ObjectSchema<SiteStatus> = siteStatus;

type SiteView = Shown<SiteSpec, SiteStatus>;

function readyWord({ status }: SiteView): string {
  const ready = status?.conditions?.find((condition: Condition) => condition.type === "Ready");
  return ready ? ready.status : "Unknown";
}

const columns: readonly Column[] = [
  text("Domains", "Host names of the site.", ({ spec }: SiteView) => spec.domains.join(",")),
  text("Ready", "Whether the site is served.", readyWord),
  text("Release", "Number of the release that is served.", ({ status }: SiteView) =>
    status?.active ? `${status.active.number}` : NONE,
  ),
  text("Commit", "Commit that is shown.", ({ status }: SiteView) => orNone(status?.active?.commit?.slice(0, 8))),
  text("Failure", "Why the newest push is not live.", ({ status }: SiteView) => orNone(status?.lastFailure?.reason)),
  age(),
  wide(text("Branch", "Branch that goes live.", ({ spec }: SiteView) => spec.branch ?? "")),
  wide(text("Repository", "Where the source is.", ({ spec }: SiteView) => orNone(spec.repository?.url))),
];

/** A web site that is built from a repository and served at its domains. */
export const Site = kind({
  group: DELIVERY_GROUP,
  version: "v1alpha1",
  kind: "Site",
  plural: "sites",
  scope: "Namespaced",
  categories: ["delivery"],
  doc: "A web site that is built from a repository and served at its domains.",
  definition: "dev.knots.delivery.v1alpha1.Site",
  fields: {
    spec: field(2, SiteSpec, "What the site should be.", { required: true, always: true }),
    status: field(3, SiteStatus, "State of the site, written by its controller.", { always: true }),
  },
  columns,
  checkName: dns1035Label,
});
export interface Site extends ObjectOf<typeof Site> {}
