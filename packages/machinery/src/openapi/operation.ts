// One call of a document, and the words that ids, tags and media types of calls are made of.
import { PROTOBUF_TYPE } from "../codec/protobuf.ts";
import type { AnyKind, GroupVersionKind } from "../kind/kind.ts";
import type { Parameter } from "./parameters.ts";

export type Method = "get" | "put" | "post" | "delete" | "patch" | "options" | "head";

/** One call. Bodies and answers name definitions; without an answer it gives plain text. */
export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly id: string;
  readonly doc: string;
  readonly tag: string;
  /** What is done to objects of which kind; absent for calls that are about none. */
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
  /** Media types of bodies, where they are not any. */
  readonly consumes?: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Parameters of all calls of the path. */
  readonly shared: readonly Parameter[];
  readonly body?: { readonly definition: string; readonly required: boolean };
  readonly answer?: string;
  readonly codes: readonly number[];
  /** Media types of answers with an object, the preferred one first. */
  readonly produces: readonly string[];
}

const TEXTS = ["application/json", "application/yaml"];
const STREAMS = ["application/json;stream=watch", `${PROTOBUF_TYPE};stream=watch`];

/** Custom kinds have no protobuf; lists may be watched. */
export function producedBy({ jsonOnly = false }: AnyKind, action: string): readonly string[] {
  const streams = action === "list" ? STREAMS : [];
  if (jsonOnly) return [...TEXTS, ...streams.slice(0, 1)];
  return [...TEXTS, PROTOBUF_TYPE, ...streams];
}

export const DELETE_OPTIONS = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";

export const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
function groupWords(group: string): readonly string[] {
  return (group === "" ? "core" : group.replace(/\.k8s\.io$/, "")).split(/[.-]/);
}
export const groupId = (group: string): string => groupWords(group).map(upper).join("");
export function groupTag(group: string): string {
  const [first = "", ...rest] = groupWords(group);
  return `${first}${rest.map(upper).join("")}`;
}
export const tagOf = ({ group, version }: AnyKind): string => `${groupTag(group)}_${version}`;

/** Root of a group-version's paths: `/api/v1` or `/apis/apps/v1`. */
export function rootPath(group: string, version: string): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Where calls of a kind are. */
export interface Place {
  readonly kind: AnyKind;
  readonly path: string;
  readonly shared: readonly Parameter[];
  /** What follows the verb in ids: `NamespacedDeployment`, `Node`. */
  readonly noun: string;
}
