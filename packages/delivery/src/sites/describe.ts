// What people are shown of a site, as plain data: rows of tables, lines of the stopwatch, reasons. Pure.
import type { Build, Failure, Release, Site, Step } from "@knots/api";
import { parseTime } from "@knots/std";
import type { Language } from "../texts/catalogue.ts";
import { LABELS, PHASES, STEPS, type StepKey } from "../texts/labels.ts";
import { render, translate } from "../texts/say.ts";
import { shortCommit } from "./names.ts";

/** A table: heads and cells as text. */
export interface TableView {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One line of the stopwatch; times in milliseconds. */
export interface StopwatchLine {
  readonly key: StepKey;
  readonly label: string;
  /** When it was reached, since the epoch; absent while it is not. */
  readonly at?: number;
  /** Since the step before. */
  readonly took?: number;
  /** Since the push came in. */
  readonly total?: number;
}

/** Something that is wrong, in one sentence. */
export interface Reason {
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  /** Last lines of a log, where there is one. */
  readonly log?: string;
}

/** A pair for `name: value` lists. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface SiteView {
  readonly name: string;
  readonly namespace: string;
  readonly ready: boolean;
  readonly facts: readonly Fact[];
  readonly builds: TableView;
  readonly releases: TableView;
  readonly stopwatch: readonly StopwatchLine[];
  readonly reasons: readonly Reason[];
}

type Numbered = Build | Release;
const newestFirst = <T extends Numbered>(objects: readonly T[]): readonly T[] =>
  objects.toSorted((a, b) => b.spec.number - a.spec.number);

const label = (language: Language, key: keyof typeof LABELS): string => render(LABELS[key], language);
const heads = (language: Language, ...keys: readonly (keyof typeof LABELS)[]): readonly string[] =>
  keys.map((key) => label(language, key));

function phaseText(language: Language, phase: string | undefined): string {
  const text = (PHASES as Readonly<Record<string, { readonly zh: string; readonly en: string }>>)[phase ?? "Queued"];
  return text ? render(text, language) : (phase ?? "");
}

const readyOf = ({ status }: Site) => status?.conditions?.find(({ type }) => type === "Ready");

function readyText(language: Language, site: Site): string {
  const status = readyOf(site)?.status;
  return label(language, status === "True" ? "yes" : status === "False" ? "no" : "unknown");
}

const said = (language: Language, failure: Failure | undefined): string =>
  failure ? translate(language, failure.reason, failure.message) : "";

/** Rows for a list of sites. */
export function listSites(sites: readonly Site[], language: Language): TableView {
  const rows = sites.map((site) => [
    site.metadata.name,
    site.spec.domains.join(","),
    readyText(language, site),
    site.status?.active?.name ?? "",
    shortCommit(site.status?.active?.commit),
    reasonText(language, site),
  ]);
  return { heads: heads(language, "name", "domains", "ready", "release", "commit", "reason"), rows };
}

/** The one sentence for a list: why the newest push is not live, or why the site is not ready. */
function reasonText(language: Language, site: Site): string {
  const { lastFailure } = site.status ?? {};
  if (lastFailure) return said(language, lastFailure);
  const ready = readyOf(site);
  return ready && ready.status !== "True" ? translate(language, ready.reason, ready.message) : "";
}

function buildRows(builds: readonly Build[], language: Language): TableView {
  const rows = newestFirst(builds).map(({ metadata, spec, status }) => [
    metadata.name,
    shortCommit(spec.commit),
    phaseText(language, status?.phase),
    said(language, status?.failure),
  ]);
  return { heads: heads(language, "name", "commit", "phase", "reason"), rows };
}

function releaseRows(releases: readonly Release[], language: Language): TableView {
  const rows = newestFirst(releases).map(({ metadata, spec, status }) => [
    metadata.name,
    shortCommit(spec.commit),
    phaseText(language, status?.phase ?? "Pending"),
    status?.switchedAt ?? "",
    said(language, status?.failure),
  ]);
  return { heads: heads(language, "name", "commit", "phase", "switched", "reason"), rows };
}

/** The stopwatch of one push: its build's steps, then its release's. */
export function stopwatch(build: Build, release: Release | undefined, language: Language): readonly StopwatchLine[] {
  const steps: readonly Step[] = [...(build.status?.steps ?? []), ...(release?.status?.steps ?? [])];
  const received = build.spec.receivedAt ?? steps[0]?.startedAt;
  const start = received === undefined ? undefined : parseTime(received);
  let before = start;
  return (Object.keys(STEPS) as StepKey[]).map((key) => {
    const reached = steps.find(({ name }) => name === key)?.finishedAt;
    const at = key === "Received" ? start : reached === undefined ? undefined : parseTime(reached);
    const line = { key, label: render(STEPS[key], language) };
    if (at === undefined) return line;
    const times = {
      at,
      ...(before !== undefined && { took: at - before }),
      ...(start !== undefined && { total: at - start }),
    };
    before = at;
    return { ...line, ...times };
  });
}

function reasonsOf(site: Site, builds: readonly Build[], language: Language): readonly Reason[] {
  const { conditions = [], lastFailure } = site.status ?? {};
  const bad = conditions
    .filter(({ status }) => status === "False")
    .map(({ type, reason, message }) => ({ about: type, reason, message: translate(language, reason, message) }));
  if (!lastFailure) return bad;
  const { reason } = lastFailure;
  const build = newestFirst(builds)[0];
  const log = build?.status?.failure?.reason === reason ? build.status.log?.tail : undefined;
  const about = lastFailure.step ?? "";
  return [{ about, reason, message: said(language, lastFailure), ...(log !== undefined && { log }) }, ...bad];
}

function factsOf(site: Site, language: Language): readonly Fact[] {
  const { spec, status } = site;
  const all: readonly (readonly [keyof typeof LABELS, string | undefined])[] = [
    ["ready", readyText(language, site)],
    ["url", status?.url],
    ["domains", spec.domains.join(", ")],
    ["repository", spec.repository?.url || label(language, "builtIn")],
    ["pushUrl", status?.pushUrl],
    ["branch", spec.branch ?? "main"],
    ["release", status?.active?.name],
    ["commit", status?.active?.commit],
  ];
  return all.flatMap(([key, value]) => (value ? [{ label: label(language, key), value }] : []));
}

/** Everything that `kts site show` prints. Builds and releases are those of the site. */
export function describeSite(
  site: Site,
  builds: readonly Build[],
  releases: readonly Release[],
  language: Language,
): SiteView {
  const newest = newestFirst(builds)[0];
  const release = releases.find(({ metadata }) => metadata.name === newest?.status?.release);
  return {
    name: site.metadata.name,
    namespace: site.metadata.namespace,
    ready: readyOf(site)?.status === "True",
    facts: factsOf(site, language),
    builds: buildRows(builds, language),
    releases: releaseRows(releases, language),
    stopwatch: newest ? stopwatch(newest, release, language) : [],
    reasons: reasonsOf(site, builds, language),
  };
}
