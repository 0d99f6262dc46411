// The past, read by stock kubectl through another server address; and the store's own paths.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatTime, realClock } from "@knots/std";
import { kubectls, type Result, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

const skip = kubectls.length === 0;
let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

const run = (args: readonly string[], input?: string): Promise<Result> =>
  api.kubectl(kubectls.at(-1) ?? "", args, input);
async function said(args: readonly string[], input?: string): Promise<string> {
  const { code, out, err } = await run(args, input);
  assert.equal(code, 0, `kubectl ${args.join(" ")}: ${err}`);
  return out;
}
async function refused(args: readonly string[], input?: string): Promise<string> {
  const { code, err } = await run(args, input);
  assert.notEqual(code, 0, `kubectl ${args.join(" ")} was not refused`);
  return err;
}
const server = (moment: string): string => `--server=https://127.0.0.1:${api.port.port}/at/${moment}`;
const configMap = (name: string, value: string): string =>
  JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { value } });

test("lists and objects are shown exactly as they were at a revision, in every form", { skip }, async () => {
  await said(["apply", "-f", "-"], configMap("color", "red"));
  await said(["apply", "-f", "-"], configMap("short", "lived"));
  const { revision } = await api.store.status();
  await said(["apply", "-f", "-"], configMap("color", "blue"));
  await said(["delete", "configmap", "short"]);
  const time = formatTime(realClock.now() + 1000);
  const past = server(String(revision));
  assert.equal(await said(["get", "cm", "color", "-o", "jsonpath={.data.value}", past]), "red");
  assert.equal(await said(["get", "cm", "color", "-o", "jsonpath={.data.value}"]), "blue");
  const names = ["get", "cm", "-o", "name", "-n", "default"];
  assert.equal(await said([...names, past]), "configmap/color\nconfigmap/short\n");
  assert.equal(await said([...names, "--chunk-size=1", past]), "configmap/color\nconfigmap/short\n", "page by page");
  assert.equal(await said([...names, "-l", "missing", past]), "");
  assert.match(await said(["get", "cm", past]), /^color +1 +/m);
  assert.match(await said(["describe", "cm", "short", past]), /lived/);
  const list = JSON.parse(await said(["get", "--raw", `/at/${revision}/api/v1/configmaps`])) as {
    metadata: { resourceVersion: string };
  };
  assert.equal(list.metadata.resourceVersion, String(revision));
  assert.equal(await said(["get", "cm", "color", "-o", "jsonpath={.data.value}", server(time)]), "blue", "by time");
  assert.match(await refused(["get", "cm", "color", server(String(revision - 2))]), /not found/);
});

test("the past cannot be written, watched or entered", { skip }, async () => {
  const past = server(String((await api.store.status()).revision));
  assert.match(await refused(["delete", "cm", "color", past]), /\/at\/ shows a past state/);
  assert.match(await refused(["create", "-f", "-", "--validate=false", past], configMap("new", "x")), /past state/);
  assert.match(await refused(["get", "--raw", "/at/5/api/v1/configmaps?watch=true"]), /past state/);
  assert.match(await refused(["logs", "pod", past]), /not found/);
  assert.equal((await api.store.range({ start: "/registry/configmaps/default/new" })).count, 0);
});

test("a moment that is not kept, not yet there or not a moment says so", { skip }, async () => {
  assert.match(await refused(["get", "--raw", "/at/99999999/api/v1/pods"]), /revision 99999999 does not exist/);
  assert.match(await refused(["get", "--raw", "/at/yesterday/api/v1/pods"]), /neither a revision nor a time/);
  const { revision } = await api.store.status();
  await said(["create", "--raw", `/knots/store/compact?revision=${revision}`, "-f", "-"], "{}");
  assert.match(await refused(["get", "--raw", "/at/2001-01-01T00:00:00Z/api/v1/pods"]), /no longer kept/);
  const gone = await refused(["get", "--raw", `/at/${revision - 1}/api/v1/pods`]);
  assert.match(gone, new RegExp(`the state at ${revision - 1} is no longer kept: .* is revision ${revision}`));
});

test("the store tells its state, checks itself, and knows every kept version of an object", { skip }, async () => {
  const state = JSON.parse(await said(["get", "--raw", "/knots/store"])) as { revision: number; promise: string };
  assert.equal(state.revision, (await api.store.status()).revision);
  assert.match(state.promise, /memory only/);
  const sound = JSON.parse(await said(["create", "--raw", "/knots/store/check", "-f", "-"], "{}")) as object;
  assert.deepEqual(sound, { files: 0, bytes: 0, problems: [] });
  await said(["apply", "-f", "-"], configMap("seen", "1"));
  await said(["apply", "-f", "-"], configMap("seen", "2"));
  await said(["delete", "cm", "seen"]);
  const path = "/knots/store/history/api/v1/namespaces/default/configmaps/seen";
  const { versions } = JSON.parse(await said(["get", "--raw", path])) as { versions: { change: string }[] };
  assert.deepEqual(
    versions.map(({ change }) => change),
    ["created", "modified", "deleted"],
  );
  const backup = await said(["get", "--raw", "/knots/store/backup"]);
  assert.match(backup, /^KNOTSTOR/);
});

test("the store's paths are the administrator's alone", { skip }, async () => {
  const as = ["--as", "jane", "--as-group", "system:authenticated"];
  for (const path of ["/knots/store", "/knots/store/backup", "/knots/store/history/api/v1/namespaces/default"]) {
    assert.match(await refused(["get", "--raw", path, ...as]), /cannot get path/);
  }
  assert.match(await refused(["create", "--raw", "/knots/store/compact", "-f", "-", ...as], "{}"), /cannot post path/);
  assert.match(await refused(["get", "--raw", "/at/5/api/v1/secrets", ...as]), /cannot list resource "secrets"/);
});
