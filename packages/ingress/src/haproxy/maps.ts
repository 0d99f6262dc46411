// The routing tables that HAProxy looks requests up in.
import type { Route } from "../routes/routes.ts";
import { type Assignment, siteName } from "./assignment.ts";

/** Entries of the four maps: key to backend. Prefix keys end in "/", so that a longest match ends at a path element. */
export interface RoutingMaps {
  readonly exact: ReadonlyMap<string, string>;
  readonly prefix: ReadonlyMap<string, string>;
  /** The same for `*.domain` hosts, with the domain's leading dot as host. */
  readonly wildcardExact: ReadonlyMap<string, string>;
  readonly wildcardPrefix: ReadonlyMap<string, string>;
}
export const MAP_NAMES = ["exact", "prefix", "wildcardExact", "wildcardPrefix"] as const;

/** Stands for "every host" in keys. */
const ANY_HOST = "*";

/** Which map a route belongs to, and its key there. */
function entryOf({ host, path, match }: Route): { readonly name: (typeof MAP_NAMES)[number]; readonly key: string } {
  const wild = host.startsWith("*.");
  const place = wild ? host.slice(1) : host || ANY_HOST;
  if (match === "exact") return { name: wild ? "wildcardExact" : "exact", key: `${place}${path}` };
  return { name: wild ? "wildcardPrefix" : "prefix", key: `${place}${path.endsWith("/") ? path : `${path}/`}` };
}

/** Where the routes lead, given who owns which backend; routes to backends without a site are left out. */
export function routingMaps(routes: readonly Route[], { sites }: Assignment): RoutingMaps {
  const owned = sites.flatMap((site, index) =>
    site.owner === undefined ? [] : [[site.owner, siteName(index)] as const],
  );
  const siteOf = new Map(owned);
  const empty = () => new Map<string, string>();
  const maps = { exact: empty(), prefix: empty(), wildcardExact: empty(), wildcardPrefix: empty() };
  for (const route of routes) {
    const site = siteOf.get(route.backend);
    const { name, key } = entryOf(route);
    if (site !== undefined) maps[name].set(key, site);
  }
  return maps;
}

/** The file form of a map. */
export function mapFile(map: ReadonlyMap<string, string>): string {
  return [...map].map(([key, site]) => `${key} ${site}\n`).join("");
}

/** Reads the file form back. */
export function parseMap(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), line.slice(line.lastIndexOf(" ") + 1)]));
}
