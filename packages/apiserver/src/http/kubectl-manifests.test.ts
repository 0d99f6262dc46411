// Stock kubectl with published example manifests of the kinds that the server keeps for others to act on.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { kubectls, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

const MANIFESTS = fileURLToPath(new URL("../../../../../shared/reference/manifests/", import.meta.url));
const binary = kubectls.at(-1) ?? "";
const there = existsSync(MANIFESTS);
const skip = binary !== "" && there ? false : "no kubectl on this machine, or no manifests beside this checkout";

interface Entry {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly status: string;
}

const GROUPS = new Set([
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "certificates.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "resource.k8s.io",
  "storage.k8s.io",
]);

/** The document of a file that an entry means. */
function documentOf({ file, kind, name }: Entry): string {
  const documents = readFileSync(`${MANIFESTS}${file}`, "utf8").split(/^---.*$/m);
  const found = documents.find((text) => text.includes(`kind: ${kind}\n`) && text.includes(name));
  assert.ok(found, `${file} has no ${kind} ${name}`);
  return found;
}

/** Entries in batches that hold each name once. */
function batches(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const made: Entry[][] = [];
  for (const entry of entries) {
    const same = (other: Entry): boolean => other.kind === entry.kind && other.name === entry.name;
    const free = made.find((batch) => !batch.some(same));
    if (free) free.push(entry);
    else made.push([entry]);
  }
  return made;
}

const index = there ? (JSON.parse(readFileSync(`${MANIFESTS}index.json`, "utf8")) as readonly Entry[]) : [];
const wanted = index.filter(({ apiVersion, status }) => {
  const group = apiVersion?.slice(0, apiVersion.indexOf("/"));
  return status === "served" && GROUPS.has(group ?? "");
});

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

async function run(args: readonly string[], input: string): Promise<string> {
  const { code, out, err } = await api.kubectl(binary, args, input);
  assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
  return out;
}

test("the manifests have more than forty documents of these kinds", { skip }, () => assert.ok(wanted.length > 40));

for (const [place, batch] of batches(wanted).entries()) {
  const names = batch.map(({ kind, name }) => `${kind} ${name}`);
  test(`batch ${place + 1} (${names.length}) is applied strictly, differs in nothing and is deleted`, {
    skip,
  }, async () => {
    await api.kubectl(binary, ["create", "namespace", "dra-tutorial"]);
    const input = batch.map(documentOf).join("\n---\n");
    const created = (await run(["apply", "--validate=strict", "-f", "-"], input)).trim().split("\n");
    assert.equal(created.length, batch.length);
    assert.deepEqual(
      created.filter((line) => !line.endsWith(" created")),
      [],
    );
    assert.equal(await run(["diff", "-f", "-"], input), "");
    await run(["delete", "-f", "-"], input);
  });
}
