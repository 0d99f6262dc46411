// Paths of the API: which resource, object and subresource they mean.
import type { GroupVersionResource } from "@knots/machinery";

/** What a resource path names. */
export interface ResourcePath {
  readonly resource: GroupVersionResource;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** What follows the subresource (proxy paths), with its leading slash; empty otherwise. */
  readonly rest: string;
  /** Whether it is a deprecated `/watch/` path. */
  readonly watch: boolean;
}

const NAMESPACE_SUBRESOURCES = ["status", "finalize"];

/** The decoded segments of a path; undefined when an escape is malformed. */
function segmentsOf(path: string): readonly string[] | undefined {
  try {
    const parts = path.split("/").slice(1).map(decodeURIComponent);
    return parts.at(-1) === "" ? parts.slice(0, -1) : parts;
  } catch {
    return undefined;
  }
}

interface Place {
  readonly namespace?: string;
  readonly parts: readonly string[];
}

/** Takes `namespaces/<name>/` off, unless the namespace itself is meant. */
function placeOf(parts: readonly string[]): Place {
  const [first, namespace, third] = parts;
  if (first !== "namespaces" || namespace === undefined || third === undefined) return { parts };
  if (NAMESPACE_SUBRESOURCES.includes(third)) return { parts };
  return { namespace, parts: parts.slice(2) };
}

/** Reads `/api/v1/...` and `/apis/<group>/<version>/...`; undefined for every other path. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const segments = segmentsOf(path);
  if (!segments) return undefined;
  const [root, ...others] = segments;
  if (root !== "api" && root !== "apis") return undefined;
  const [group, version, ...below] = root === "api" ? ["", ...others] : others;
  if (group === undefined || version === undefined || below.length === 0) return undefined;
  const watch = below[0] === "watch" && below.length > 1;
  const { namespace, parts } = placeOf(watch ? below.slice(1) : below);
  const [resource, name, subresource, ...rest] = parts;
  if (!resource) return undefined;
  return {
    resource: { group, version, resource },
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
    rest: rest.map((part) => `/${part}`).join(""),
    watch,
  };
}
