// Paths of the API: which resource, object and subresource they mean.
import type { GroupVersionResource } from "@knots/machinery";
import { badRequest } from "../errors.ts";

/** What a resource path names. */
export interface ResourcePath {
  readonly resource: GroupVersionResource;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** What follows `proxy`, with its leading slash, and the slash that ended the path; empty otherwise. */
  readonly rest: string;
  /** Whether it is a deprecated `/watch/` path. */
  readonly watch: boolean;
}

const NAMESPACE_SUBRESOURCES = ["status", "finalize"];

/**
 * The segments of a path without the slashes at its ends. Escapes are decoded first, so that an escaped slash separates like any other:
 * no name has one. Throws a 400 for a malformed escape.
 */
function segmentsOf(path: string): readonly string[] {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    throw badRequest(`the path has a malformed escape: ${path}`);
  }
  return decoded.replace(/^\/+|\/+$/g, "").split("/");
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

/** What follows a subresource is for those that it passes the request on to: all but `proxy` have nothing there. */
function restOf(path: string, subresource: string | undefined, rest: readonly string[]): string | undefined {
  if (subresource !== "proxy") return rest.length === 0 ? "" : undefined;
  return rest.map((part) => `/${part}`).join("") + (path.endsWith("/") ? "/" : "");
}

/** Reads `/api/v1/...` and `/apis/<group>/<version>/...`; undefined for every other path, and a 400 for a malformed escape. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const [root, ...others] = segmentsOf(path);
  if (root !== "api" && root !== "apis") return undefined;
  const [group, version, ...below] = root === "api" ? ["", ...others] : others;
  if (group === undefined || version === undefined || below.length === 0) return undefined;
  const watch = below[0] === "watch" && below.length > 1;
  const { namespace, parts } = placeOf(watch ? below.slice(1) : below);
  const [resource, name, subresource, ...more] = parts;
  const rest = restOf(path, subresource, more);
  if (!resource || [name, subresource].includes("") || rest === undefined) return undefined;
  return {
    resource: { group, version, resource },
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
    rest,
    watch,
  };
}
