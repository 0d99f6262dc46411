// `kts site`: sites as people handle them, over the ordinary API.
import { readFile } from "node:fs/promises";
import { Build, Pod, Release, Role, RoleBinding, ServiceAccount, Site, type TokenRequest } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import {
  BUILD_LABEL,
  describeSite,
  listSites,
  rollBack,
  SITE_LABEL,
  type StopwatchLine,
  translate,
} from "@knots/delivery";
import { connectionOf, createHttpsTransport, readKubeconfig } from "@knots/host";
import { ApiError, isApiError, type ObjectOf } from "@knots/machinery";
import { pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";
import { table } from "../terminal/table.ts";
import type { CommandContext } from "./context.node.ts";

/** Which site, on which cluster. */
export interface SiteTarget {
  readonly dataDir: string;
  readonly namespace: string;
  readonly name: string;
}
export interface CreateSite extends SiteTarget {
  readonly domains: readonly string[];
  readonly repo?: string;
  readonly branch?: string;
}

/** Runs `work` as the cluster's administrator; refusals of the API become one line. */
async function withClient<T>(dataDir: string, work: (client: Client) => Promise<T>): Promise<T> {
  const path = pathsOf({ dataDir }).kubeconfig;
  const config = await readKubeconfig(path);
  if (!config) throw new UserError("error.notRunning", { path: dataDir });
  const transport = createHttpsTransport(await connectionOf(config, path));
  try {
    return await work(createClient(transport));
  } catch (error) {
    if (error instanceof ApiError) throw new UserError("error.refused", { message: error.message }, { cause: error });
    throw error;
  } finally {
    transport.close();
  }
}

async function unlessPresent(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isApiError(error, "AlreadyExists")) throw error;
  }
}

const pusher = (name: string): string => `${name}-push`;

/** The account that may push to this one site. */
async function createPusher(client: Client, { namespace, name }: SiteTarget): Promise<void> {
  const metadata = { name: pusher(name), namespace };
  const rules = [
    {
      apiGroups: ["delivery.knots.dev"],
      resources: ["sites", "sites/push"],
      resourceNames: [name],
      verbs: ["get", "push", "create"],
    },
  ];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name };
  await unlessPresent(client.create(ServiceAccount, { metadata }));
  await unlessPresent(client.create(Role, { metadata, rules }));
  await unlessPresent(
    client.create(RoleBinding, {
      metadata,
      roleRef,
      subjects: [{ kind: "ServiceAccount", name: metadata.name, namespace }],
    }),
  );
}

/** A token for pushing, good for `seconds`. */
async function pushToken(client: Client, { namespace, name }: SiteTarget, seconds: number): Promise<string> {
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: {},
    spec: { expirationSeconds: seconds },
  };
  const answer = (await client.createSubresource(
    ServiceAccount,
    { namespace, name: pusher(name) },
    "token",
    body,
  )) as ObjectOf<typeof TokenRequest>;
  return answer.status?.token ?? "";
}

/** Creates a site and the account that pushes to it. */
export async function createSite(options: CreateSite, { print, text }: CommandContext): Promise<void> {
  const { dataDir, namespace, name, domains, repo, branch } = options;
  await withClient(dataDir, async (client) => {
    const spec = { domains, ...(repo && { repository: { url: repo } }), ...(branch && { branch }) };
    await client.create(Site, { metadata: { namespace, name }, spec });
    await createPusher(client, options);
  });
  print(text("site.created", { name }));
  print(text("site.next", { name }));
}

/** Prints a push token, alone on its line, for scripts. */
export async function siteToken(target: SiteTarget, { print }: CommandContext): Promise<void> {
  print(await withClient(target.dataDir, (client) => pushToken(client, target, 3600)));
}

/** Prints all sites, of one namespace or of all. */
export async function listSitesCommand(
  dataDir: string,
  namespace: string | undefined,
  { print, language, text }: CommandContext,
): Promise<void> {
  const { items } = await withClient(dataDir, (client) =>
    client.list(Site, namespace === undefined ? {} : { namespace }),
  );
  const { heads, rows } = listSites(items, language);
  if (rows.length === 0) return print(text("site.none"));
  for (const line of table([heads, ...rows])) print(line);
}

const seconds = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? "" : `${(milliseconds / 1000).toFixed(2)} s`;

/** Stopwatch lines as table rows. */
export function stopwatchRows(lines: readonly StopwatchLine[]): readonly (readonly string[])[] {
  return lines
    .filter(({ at }) => at !== undefined)
    .map(({ label, took, total }) => [`  ${label}`, seconds(took), seconds(total)]);
}

/** Prints one site: facts, builds, releases, the stopwatch of the newest push, and why something is wrong. */
export async function showSite(
  { dataDir, namespace, name }: SiteTarget,
  { print, language, text }: CommandContext,
): Promise<void> {
  const view = await withClient(dataDir, async (client) => {
    const scope = { namespace, labelSelector: `${SITE_LABEL}=${name}` };
    const [site, builds, releases] = await Promise.all([
      client.get(Site, { namespace, name }),
      client.list(Build, scope),
      client.list(Release, scope),
    ]);
    return describeSite(site, builds.items, releases.items, language);
  });
  for (const line of table(view.facts.map(({ label, value }) => [label, value]))) print(line);
  for (const { about, message, reason, log } of view.reasons) {
    print(`\n${about}: ${translate(language, reason, message)}`);
    if (log) print(log.trim().replace(/^/gm, "  | "));
  }
  for (const { heads, rows } of [view.builds, view.releases]) {
    if (rows.length === 0) continue;
    print("");
    for (const line of table([heads, ...rows])) print(line);
  }
  if (view.stopwatch.some(({ at }) => at !== undefined)) {
    print(`\n${text("site.stopwatch")}`);
    for (const line of table(stopwatchRows(view.stopwatch))) print(line);
  }
}

/** Prints the logs of the newest build, step by step. */
export async function siteLogs(
  { dataDir, namespace, name }: SiteTarget,
  { print, text }: CommandContext,
): Promise<void> {
  await withClient(dataDir, async (client) => {
    const { items } = await client.list(Pod, { namespace, labelSelector: BUILD_LABEL });
    const newest = items
      .filter(({ metadata }) => metadata.annotations?.[SITE_LABEL] === name)
      .toSorted((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1))[0];
    if (!newest) throw new UserError("site.noLogs", { name });
    for (const container of [...(newest.spec.initContainers ?? []), ...newest.spec.containers]) {
      print(text("site.step", { step: container.name }));
      print(await readPodLog(dataDir, newest, container.name));
    }
  });
}

async function readPodLog(dataDir: string, pod: Pod, container: string): Promise<string> {
  const folder = `${dataDir}/log/pods/${pod.metadata.namespace}_${pod.metadata.name}_${pod.metadata.uid}/${container}`;
  const lines = (await readFile(`${folder}/0.log`, "utf8").catch(() => "")).split("\n");
  return lines
    .map((line) => line.split(" ").slice(3).join(" "))
    .join("\n")
    .trim();
}

/** Goes back to an earlier release. */
export async function rollbackSite(
  { dataDir, namespace, name }: SiteTarget,
  to: string | undefined,
  { print, text, language }: CommandContext,
): Promise<void> {
  const result = await withClient(dataDir, (client) =>
    rollBack(client, { namespace, name }, { ...(to !== undefined && { to }) }),
  );
  if ("refusal" in result)
    throw new UserError("error.refused", {
      message: translate(language, result.refusal.reason, result.refusal.message),
    });
  print(text("site.rolledBack", { name, release: result.release.metadata.name ?? "" }));
}

/** Deletes a site with everything that belongs to it. */
export async function deleteSite(
  { dataDir, namespace, name }: SiteTarget,
  { print, text }: CommandContext,
): Promise<void> {
  await withClient(dataDir, async (client) => {
    await client.delete(Site, { namespace, name });
    const key = { namespace, name: pusher(name) };
    for (const kind of [RoleBinding, Role, ServiceAccount]) await client.delete(kind, key).catch(() => {});
  });
  print(text("site.deleted", { name }));
}
