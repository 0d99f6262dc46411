// The deprecated calls below `/watch/`: as old clients know them, beside the parameter `watch` of lists.
import { WatchEventSchema } from "../meta/answers.ts";
import { groupId, type Operation, type Place, producedBy, tagOf, upper } from "./operation.ts";
import { ACTION_PARAMETERS } from "./parameters.ts";

/** The path with `/watch` after its group and version. */
const watched = (path: string): string => path.replace(/^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)/, "$1/watch");

function watching(place: Place, action: "watch" | "watchlist", noun: string): Operation {
  const { kind, path, shared } = place;
  const what = action === "watch" ? "an object" : "a list of objects";
  return {
    path: watched(path),
    method: "get",
    id: `watch${groupId(kind.group)}${upper(kind.version)}${noun}`,
    doc: `watch changes to ${what} of kind ${kind.kind}. Deprecated: use the parameter watch of a list.`,
    tag: tagOf(kind),
    action,
    gvk: { group: kind.group, version: kind.version, kind: kind.kind },
    parameters: [],
    // Not of the call: of the path, as published.
    shared: [...shared, ...(ACTION_PARAMETERS["list"] ?? [])],
    answer: WatchEventSchema.name,
    codes: [200],
    produces: producedBy(kind, "list"),
  };
}

/** The watches of a kind: of one namespace or the whole cluster, of one object, and of all namespaces. */
export function watchesOf(collection: Place, item: Place, everywhere: Place | undefined): Operation[] {
  if (!collection.kind.verbs.includes("watch")) return [];
  const all = everywhere && [watching(everywhere, "watchlist", `${collection.kind.kind}ListForAllNamespaces`)];
  return [
    watching(collection, "watchlist", `${collection.noun}List`),
    watching(item, "watch", item.noun),
    ...(all ?? []),
  ];
}
