// The calls that a kind answers: paths, methods, bodies and answers, before any dialect.
import type { AnyKind, GroupVersionKind, SubresourceInfo } from "../kind/kind.ts";
import { listSchemaOf } from "../kind/list-schema.ts";
import { StatusSchema } from "../meta/answers.ts";
import { PATCH } from "./definitions.ts";
import {
  DELETE_OPTIONS,
  groupId,
  type Method,
  type Operation,
  type Place,
  producedBy,
  rootPath,
  tagOf,
  upper,
} from "./operation.ts";
import { ACTION_PARAMETERS, NAMESPACE, nameOf, PATH, PRETTY } from "./parameters.ts";
import { watchesOf } from "./watch-operations.ts";

const CODES: Readonly<Record<string, readonly number[]>> = {
  post: [200, 201, 202],
  put: [200, 201],
  patch: [200, 201],
  delete: [200, 202],
};
const ID_VERBS: Readonly<Record<string, string>> = { get: "read", put: "replace", post: "create" };
const WORDS: Readonly<Record<string, string>> = {
  get: "read",
  put: "replace",
  post: "create",
  patch: "partially update",
  list: "list or watch objects of kind",
  delete: "delete",
  deletecollection: "delete a collection of",
};

function bodyOf(action: string, definition: string): Operation["body"] {
  if (action === "patch") return { definition: PATCH, required: true };
  if (action === "post" || action === "put") return { definition, required: true };
  return action === "delete" || action === "deletecollection"
    ? { definition: DELETE_OPTIONS, required: false }
    : undefined;
}

/** A call on the objects of a kind. */
function operation(place: Place, method: Method, action: string): Operation {
  const { kind, noun } = place;
  const collection = action === "deletecollection" ? "Collection" : "";
  const verb = action === "list" ? "list" : (ID_VERBS[method] ?? method);
  const body = bodyOf(action, kind.schema.name);
  const answers: Readonly<Record<string, string>> = {
    list: listSchemaOf(kind).name,
    delete: StatusSchema.name,
    deletecollection: StatusSchema.name,
  };
  return {
    path: place.path,
    method,
    id: `${verb}${groupId(kind.group)}${upper(kind.version)}${collection}${noun}`,
    doc: `${WORDS[action] ?? action} ${kind.kind}`,
    tag: tagOf(kind),
    action,
    gvk: { group: kind.group, version: kind.version, kind: kind.kind },
    parameters: ACTION_PARAMETERS[action] ?? [],
    shared: place.shared,
    ...(body && { body }),
    answer: answers[action] ?? kind.schema.name,
    codes: (action === "deletecollection" ? undefined : CODES[method]) ?? [200],
    produces: producedBy(kind, action),
  };
}

type Row = readonly [verb: string, method: Method, action: string];
const COLLECTION: readonly Row[] = [
  ["list", "get", "list"],
  ["create", "post", "post"],
  ["deletecollection", "delete", "deletecollection"],
];
const ITEM: readonly Row[] = [
  ["get", "get", "get"],
  ["update", "put", "put"],
  ["patch", "patch", "patch"],
  ["delete", "delete", "delete"],
];

function served(place: Place, rows: readonly Row[]): Operation[] {
  return rows
    .filter(([verb]) => place.kind.verbs.includes(verb))
    .map(([, method, action]) => operation(place, method, action));
}

const METHODS: readonly Row[] = [["create", "post", "post"], ...ITEM];

/** A call that turns into a stream or is passed on (exec, proxy ...). */
function connection(place: Place, name: string, method: Method): Operation {
  const { path, shared, kind } = place;
  const id = `connect${groupId(kind.group)}${upper(kind.version)}${upper(method)}${place.noun}${upper(name)}`;
  const doc = `connect ${method.toUpperCase()} requests to ${name} of ${kind.kind}`;
  return {
    path,
    method,
    id,
    doc,
    tag: tagOf(kind),
    action: "connect",
    parameters: [],
    shared,
    codes: [200],
    produces: ["*/*"],
  };
}

/** The calls of a stream or proxy. Proxies pass on every method, and whatever path follows. */
function connections(place: Place, name: string, methods: readonly Method[]): Operation[] {
  if (name !== "proxy") return methods.map((method) => connection(place, name, method));
  const below: Place = { ...place, path: `${place.path}/{path}`, shared: [...place.shared, PATH] };
  const all: readonly Method[] = [...methods, "options", "head"];
  return all.flatMap((method) => [connection(place, name, method), connection(below, `${name}WithPath`, method)]);
}

/** The calls of a subresource of the objects at `item`; `target` is the kind that it takes and gives. */
function subresource(item: Place, [name, info]: readonly [string, SubresourceInfo], target: AnyKind): Operation[] {
  const { kind } = item;
  const gvk = { group: info.group ?? kind.group, version: info.version ?? kind.version, kind: info.kind };
  const shared = [nameOf(info.kind), ...item.shared.slice(1), ...(info.parameters ?? [])];
  const place: Place = { ...item, path: `${item.path}/${name}`, shared };
  const methods = METHODS.filter(([verb]) => info.verbs.includes(verb));
  if (info.kind.endsWith("Options")) {
    const own = methods.map(([, method]) => method);
    return connections(place, name, own).map((call) => ({ ...call, gvk }));
  }
  return methods.map(([, method, action]) => {
    const { answer = "", ...call } = operation({ ...place, kind: target }, method, action);
    const id = `${ID_VERBS[method] ?? method}${groupId(kind.group)}${upper(kind.version)}${item.noun}${upper(name)}`;
    const doc = `${WORDS[action] ?? action} ${name} of the ${kind.kind}`;
    const form = info.plain === true ? { produces: ["text/plain", ...call.produces] } : { answer };
    return { ...call, ...form, id, doc, tag: tagOf(kind), gvk };
  });
}

/** All subresources with the status and scale ones that follow from the declaration. */
function subresourcesOf(kind: AnyKind): readonly (readonly [string, SubresourceInfo])[] {
  const verbs = ["get", "patch", "update"];
  return [
    ...Object.entries(kind.subresources),
    ...(kind.scale ? [["scale", { group: "autoscaling", version: "v1", kind: "Scale", verbs }] as const] : []),
    ...(kind.hasStatus && kind.verbs.includes("update") ? [["status", { kind: kind.kind, verbs }] as const] : []),
  ];
}

/** The calls of a kind; `find` looks up the kinds that its subresources take. */
export function operationsOf(kind: AnyKind, find: (gvk: GroupVersionKind) => AnyKind | undefined): Operation[] {
  const root = rootPath(kind.group, kind.version);
  const namespaced = kind.scope === "Namespaced";
  const noun = `${namespaced ? "Namespaced" : ""}${kind.kind}`;
  const within = namespaced ? [NAMESPACE, PRETTY] : [PRETTY];
  const path = `${root}/${namespaced ? "namespaces/{namespace}/" : ""}${kind.plural}`;
  const collection: Place = { kind, path, shared: within, noun };
  const item: Place = { kind, path: `${path}/{name}`, shared: [nameOf(kind.kind), ...within], noun };
  const everywhere: Place = {
    kind,
    path: `${root}/${kind.plural}`,
    shared: [PRETTY],
    noun: `${kind.kind}ForAllNamespaces`,
  };
  return [
    ...served(collection, COLLECTION),
    ...(namespaced ? served(everywhere, [["list", "get", "list"]]) : []),
    ...watchesOf(collection, item, namespaced ? everywhere : undefined),
    ...served(item, ITEM),
    ...subresourcesOf(kind).flatMap((entry) => {
      const { group = kind.group, version = kind.version, kind: name } = entry[1];
      return subresource(item, entry, find({ group, version, kind: name }) ?? kind);
    }),
  ];
}
