// Official example manifests: every document of a kind that is served is taken as it is, in strict mode, and reads back with all that it says.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtinKinds } from "@knots/api";
import { type ApiServer, authenticated, createApiServer, MASTERS_GROUP } from "@knots/apiserver";
import type { Transport } from "@knots/client";
import {
  type AnyKind,
  apiVersionOf,
  decodeObject,
  isList,
  isObject,
  type Json,
  type KubeObject,
} from "@knots/machinery";
import { createVirtualClock, seededRandom } from "@knots/std";
import { type EmbeddedStore, openMemoryStore } from "@knots/store";
import { loadAll } from "js-yaml";

const MANIFESTS = fileURLToPath(new URL("../../../shared/reference/manifests/", import.meta.url));
const found = existsSync(MANIFESTS);
const skip = found ? false : "the manifests are not beside this checkout";

interface Entry {
  readonly file: string;
  readonly doc: number;
  readonly apiVersion: string;
  readonly kind: string;
  readonly status: string;
  readonly schemaIssues?: readonly string[];
}
const entries: readonly Entry[] = found
  ? (JSON.parse(readFileSync(`${MANIFESTS}index.json`, "utf8")) as readonly Entry[])
  : [];

/** Plugins that need other objects or add to what was given. */
const ADDING = ["ServiceAccount", "DefaultTolerationSeconds"];

/** Documents that upstream does not take either, and why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "examples/_archived/openshift-origin/etcd-controller.yaml": /duplicated mapping key/,
  "examples/_archived/openshift-origin/etcd-discovery-controller.yaml": /duplicated mapping key/,
  "examples/_archived/openshift-origin/openshift-controller.yaml": /duplicated mapping key/,
  "examples/_archived/persistent-volume-provisioning/quobyte/quobyte-admin-secret.yaml": /duplicated mapping key/,
  "examples/_archived/volumes/scaleio/sc-pvc.yaml": /duplicated mapping key/,
  "examples/_archived/storage/vitess/vttablet-pod-template.yaml": /metadata.name: Invalid value: "vttablet-{{uid}}"/,
  "examples/_archived/sysdig-cloud/sysdig-rc.yaml": /spec.selector: Required value/,
  "examples/_archived/volumes/aws_ebs/aws-ebs-web.yaml": /ports\[0\].protocol: Unsupported value: "tcp"/,
  "website/application/job/job-tmpl.yaml": /metadata.name: Invalid value: "process-item-\$ITEM"/,
  "website/secret/tls-auth-secret.yaml": /illegal base64 data/,
};

let store: EmbeddedStore;
let server: ApiServer;
let transport: Transport;
before(async () => {
  const clock = createVirtualClock();
  store = openMemoryStore({ clock });
  server = await createApiServer({
    store,
    clock,
    random: seededRandom(1),
    kinds: builtinKinds,
    disableAdmission: ADDING,
  });
  transport = server.transport(authenticated("admin", [MASTERS_GROUP]));
});
after(async () => {
  await server.close();
  await store.close();
});

const kindOf = ({ apiVersion, kind: name }: Entry): AnyKind | undefined =>
  builtinKinds.find((kind) => apiVersionOf(kind) === apiVersion && kind.kind === name);

/** The document in the namespace `default`, under a name that is free there. */
function document({ file, doc }: Entry, index: number): KubeObject {
  const all = loadAll(readFileSync(MANIFESTS + file, "utf8")) as readonly KubeObject[];
  const { metadata, ...rest } = all[doc] as KubeObject;
  const { namespace: _namespace, ...own } = metadata ?? {};
  // Namespaces stay until their content is gone: each gets a name of its own.
  const { name = "m" } = own;
  return { ...rest, metadata: { ...own, name: rest.kind === "Namespace" ? `${name}-${index}` : name } };
}

/** Paths at which `stored` does not say what `given` says. */
function lost(given: Json, stored: Json | undefined, path = ""): readonly string[] {
  if (isObject(given) && isObject(stored)) {
    return Object.entries(given).flatMap(([key, value]) => lost(value, stored[key], `${path}.${key}`));
  }
  if (isList(given) && isList(stored) && given.length === stored.length) {
    return given.flatMap((value, at) => lost(value, stored[at], `${path}[${at}]`));
  }
  return given === stored ? [] : [path];
}

/** What a creation takes away or turns into something else: status, and text of Secrets. */
const FLEETING = /^\.(status|stringData)\b/;

for (const [index, entry] of entries.entries()) {
  const kind = entry.status === "served" ? kindOf(entry) : undefined;
  if (!kind) continue;
  test(`${entry.file} ${entry.doc}: ${entry.kind}`, { skip }, async () => {
    const resource = { group: kind.group, version: kind.version, resource: kind.plural };
    const place = kind.scope === "Namespaced" ? { namespace: "default" } : {};
    const create = async (): Promise<KubeObject> => {
      const object = document(entry, index);
      await transport.request({ verb: "create", resource, ...place, object, options: { fieldValidation: "Strict" } });
      return object;
    };
    const refused = entry.schemaIssues ? /strict decoding error: unknown field/ : REFUSED[entry.file];
    if (refused) {
      await assert.rejects(create(), refused);
      return;
    }
    const object = await create();
    const at = { resource, ...place, name: object.metadata.name ?? "" };
    const stored = (await transport.request({ verb: "get", ...at })) as unknown as Json;
    const given = decodeObject(kind.schema, object as unknown as Json);
    assert.deepEqual(
      lost(given, stored).filter((path) => !FLEETING.test(path)),
      [],
    );
    await transport.request({
      verb: "delete",
      ...at,
      delete: { gracePeriodSeconds: 0, propagationPolicy: "Background" },
    });
  });
}
