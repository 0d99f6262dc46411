// Lists and watches on the wire: where they start, what they say, what they refuse, how they end.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import { type AnyKind, apiVersionOf } from "@knots/machinery";
import { type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import { atLeast, type Line, watchLines } from "../../../../testkit/watch-lines.ts";
import { LOOPBACK } from "../user.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const STREAMING = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
const JSON_BODY = { "content-type": "application/json" };

interface Named {
  readonly metadata: { readonly name: string };
}
const pathOf = (kind: AnyKind): string =>
  `${kind.group === "" ? "/api" : "/apis"}/${apiVersionOf(kind)}/${kind.plural}`;

let api: ServedApi;
before(async () => {
  api = await serveApi({ server: { limits: { history: 100 } } });
});
after(() => api.close());

const post = (path: string, body: object) =>
  api.ask(path, { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) });
const create = async (name: string, labels: object = {}): Promise<number> => {
  const reply = await post(MAPS, { metadata: { name, labels } });
  assert.equal(reply.status, 201, reply.text);
  return Number(reply.json().metadata.resourceVersion);
};
const put = async (name: string, body: object): Promise<number> => {
  const sent = JSON.stringify({ metadata: { name }, ...body });
  const reply = await api.ask(`${MAPS}/${name}`, { method: "PUT", headers: JSON_BODY, body: sent });
  return Number(reply.json().metadata.resourceVersion);
};
const remove = (name: string) => api.ask(`${MAPS}/${name}`, { method: "DELETE" });
const revision = async (path = MAPS): Promise<string> =>
  (await api.ask(`${path}?limit=1`)).json().metadata.resourceVersion;
const shown = ({ type, object }: Line): string => `${type} ${object.kind} ${object.metadata.name ?? ""}`.trim();

test("initial events end with a bookmark that says so, on every kind, also where there is nothing (WATCH-01, LIB-10)", async () => {
  const watched = builtinKinds.filter(({ verbs }) => verbs.includes("watch"));
  assert.ok(watched.length > 50);
  for (const kind of watched) {
    const { lines } = await watchLines(api, `${pathOf(kind)}?${STREAMING}`, (seen) => seen.at(-1)?.type === "BOOKMARK");
    const { object } = lines.at(-1) ?? {};
    assert.deepEqual(object.metadata.annotations, { "k8s.io/initial-events-end": "true" }, kind.plural);
    assert.deepEqual([object.kind, object.apiVersion], [kind.kind, apiVersionOf(kind)]);
    assert.match(object.metadata.resourceVersion, /^[1-9]\d*$/);
  }
});

test("initial events cannot be had in combinations that make no sense: refused at once, with the words (WATCH-02)", async () => {
  const rows: readonly (readonly [query: string, message: RegExp])[] = [
    ["watch=1&sendInitialEvents=true", /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/],
    [
      "watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1",
      /sendInitialEvents requires setting/,
    ],
    [
      "watch=1&resourceVersionMatch=NotOlderThan&resourceVersion=1",
      /resourceVersionMatch is forbidden for watch unless/,
    ],
    ["sendInitialEvents=true&resourceVersionMatch=NotOlderThan", /sendInitialEvents is forbidden for list/],
  ];
  for (const [query, message] of rows) {
    const reply = await api.ask(`${MAPS}?${query}`);
    assert.deepEqual([reply.status, reply.json().reason], [422, "Invalid"], query);
    assert.match(reply.json().message, message);
  }
});

test("who names a version hears nothing again, who names none or 0 hears what is there (WATCH-03)", async () => {
  await create("known", { only: "here" });
  const path = `${MAPS}?watch=1&labelSelector=only%3Dhere`;
  const from = await revision();
  for (const start of ["", "&resourceVersion=", "&resourceVersion=0"]) {
    const { lines } = await watchLines(api, `${path}${start}`, atLeast(1));
    assert.deepEqual(lines.map(shown), ["ADDED ConfigMap known"], start);
  }
  const [heard] = await Promise.all([
    watchLines(api, `${path}&resourceVersion=${from}`, atLeast(1)),
    create("fresh", { only: "here" }),
  ]);
  assert.deepEqual(heard.lines.map(shown), ["ADDED ConfigMap fresh"]);
});

test("every event after a version comes once, in order, with kind and version; a deletion has the last state at its own (WATCH-04, WATCH-15, WATCH-17)", async () => {
  const from = await revision();
  const revisions = [
    await create("life"),
    await put("life", { data: { a: "1" } }),
    await put("life", { data: { a: "2" } }),
  ];
  await remove("life");
  const { lines } = await watchLines(api, `${MAPS}?watch=1&resourceVersion=${from}`, atLeast(4));
  assert.deepEqual(
    lines.map(({ type, object }) => [type, object.apiVersion, object.kind, object.data?.a]),
    [
      ["ADDED", "v1", "ConfigMap", undefined],
      ["MODIFIED", "v1", "ConfigMap", "1"],
      ["MODIFIED", "v1", "ConfigMap", "2"],
      ["DELETED", "v1", "ConfigMap", "2"],
    ],
  );
  const heard = lines.map(({ object }) => Number(object.metadata.resourceVersion));
  assert.deepEqual(heard.slice(0, 3), revisions);
  assert.ok((heard[3] ?? 0) > (revisions[2] ?? 0));
});

test("a version that the history has lost is 410 for a watch (WATCH-05, LIB-10)", async () => {
  const from = await create("ages-ago");
  for (let count = 0; count < 120; count++) await put("ages-ago", { data: { count: String(count) } });
  const reply = await api.ask(`${MAPS}?watch=1&resourceVersion=${from}`);
  assert.deepEqual([reply.status, reply.json().code, reply.json().reason], [410, 410, "Expired"]);
  assert.match(reply.json().message, /^too old resource version: \d+ \(\d+\)$/);
});

test("a version of the future is waited for; when it does not come it is 504 with its cause (WATCH-06)", async () => {
  const ahead = Number(await revision()) + 1;
  const [list] = await Promise.all([
    api.ask(`${MAPS}?resourceVersion=${ahead}&resourceVersionMatch=NotOlderThan`),
    create("awaited"),
  ]);
  assert.equal(list.status, 200);
  const far = ahead + 1_000_000;
  const queries = [
    `resourceVersion=${far}`,
    `resourceVersion=${far}&resourceVersionMatch=NotOlderThan`,
    `watch=1&resourceVersion=${far}`,
  ];
  for (const reply of await Promise.all(queries.map((query) => api.ask(`${MAPS}?${query}`)))) {
    const { reason, message, details } = reply.json();
    assert.deepEqual([reply.status, reason], [504, "Timeout"]);
    assert.match(message, /^Timeout: Too large resource version: \d+, current: \d+$/);
    assert.deepEqual([details.causes[0].reason, details.retryAfterSeconds], ["ResourceVersionTooLarge", 1]);
  }
});

test("versions are growing decimal numbers, of one sequence for all kinds (WATCH-07, WATCH-28)", async () => {
  const paths = [MAPS, "/api/v1/namespaces/default/secrets", "/apis/coordination.k8s.io/v1/namespaces/default/leases"];
  let last = 0;
  for (let round = 0; round < 30; round++) {
    const path = paths[round % paths.length] ?? MAPS;
    const reply = await post(path, { metadata: { generateName: "storm-" } });
    const { resourceVersion } = reply.json().metadata;
    assert.match(resourceVersion, /^[1-9]\d*$/);
    assert.ok(Number(resourceVersion) > last);
    last = Number(resourceVersion);
    // What a bookmark or a list of another kind says can be compared with it.
    assert.ok(Number(await revision(paths[(round + 1) % paths.length])) >= last);
  }
});

test("resourceVersion and resourceVersionMatch, combined (WATCH-09, LIB-10)", async () => {
  const old = await create("then");
  await put("then", { data: { a: "1" } });
  const rows: readonly (readonly [query: string, status: number, shown?: string])[] = [
    ["", 200, "1"],
    ["resourceVersion=", 200, "1"],
    ["resourceVersion=0", 200, "1"],
    ["resourceVersion=0&resourceVersionMatch=NotOlderThan", 200, "1"],
    [`resourceVersion=${old}`, 200, "1"],
    [`resourceVersion=${old}&resourceVersionMatch=NotOlderThan`, 200, "1"],
    [`resourceVersion=${old}&resourceVersionMatch=Exact`, 200, ""],
    [`resourceVersion=${old}&resourceVersionMatch=Exact&limit=1`, 200, ""],
    [`resourceVersion=${old}&limit=1`, 200, ""],
    [`resourceVersion=${old}&resourceVersionMatch=NotOlderThan&limit=1`, 200, "1"],
    ["resourceVersion=0&resourceVersionMatch=Exact", 422],
    ["resourceVersionMatch=Exact", 422],
    ["resourceVersionMatch=NotOlderThan", 422],
    [`resourceVersion=${old}&resourceVersionMatch=Sometimes`, 422],
    ["resourceVersion=abc", 400],
    ["resourceVersion=-1", 400],
    [`resourceVersion=${old}&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0`, 400],
    ["resourceVersion=1&resourceVersionMatch=Exact", 200],
  ];
  for (const [query, status, data] of rows) {
    const reply = await api.ask(`${MAPS}?fieldSelector=metadata.name%3Dthen&${query}`);
    assert.equal(reply.status, status, `${query}: ${reply.text}`);
    if (data !== undefined) assert.equal(reply.json().items[0].data?.a ?? "", data, query);
  }
});

test("2000 objects in pages of one version, with what remains unless something is chosen (WATCH-10)", async () => {
  const served = await serveApi();
  try {
    const transport = served.server.transport(LOOPBACK);
    const resource = { group: "", version: "v1", resource: "configmaps" };
    const numbers = Array.from({ length: 2000 }, (_, number) => String(number).padStart(4, "0"));
    for (const number of numbers) {
      const object = { metadata: { name: `n-${number}`, labels: { all: "yes" } } };
      await transport.request({ verb: "create", resource, namespace: "default", object });
    }
    const names: string[] = [];
    const versions = new Set<string>();
    let token = "";
    do {
      const { metadata, items } = (await served.ask(`${MAPS}?limit=7&continue=${encodeURIComponent(token)}`)).json();
      names.push(...items.map(({ metadata: { name } }: Named) => name));
      versions.add(metadata.resourceVersion);
      token = metadata.continue ?? "";
      assert.equal(metadata.remainingItemCount, token === "" ? undefined : 2000 - names.length);
    } while (token !== "");
    assert.deepEqual(
      names,
      numbers.map((number) => `n-${number}`),
    );
    assert.equal(versions.size, 1);
    const chosen = (await served.ask(`${MAPS}?limit=7&labelSelector=all%3Dyes`)).json().metadata;
    assert.ok(chosen.continue !== undefined && chosen.remainingItemCount === undefined);
  } finally {
    await served.close();
  }
});

test("an idle watch stays open until its time, and then ends cleanly (WATCH-12, WATCH-13)", async () => {
  const begun = performance.now();
  const { status, lines } = await watchLines(
    api,
    `${MAPS}?watch=1&timeoutSeconds=2&resourceVersion=${await revision()}`,
  );
  assert.deepEqual([status, lines], [200, []]);
  assert.ok(performance.now() - begun > 1900);
});

test("watches side by side see one order (WATCH-18)", async () => {
  const from = await revision();
  const watching = Array.from({ length: 20 }, () =>
    watchLines(api, `${MAPS}?watch=1&resourceVersion=${from}`, atLeast(30)),
  );
  await Promise.all(Array.from({ length: 30 }, (_, number) => create(`order-${number}`)));
  const heard = (await Promise.all(watching)).map(({ lines }) => lines.map(shown).join());
  assert.equal(new Set(heard).size, 1);
});

test("old paths with /watch/ are watches of a collection and of one object (WATCH-22)", async () => {
  await create("legacy");
  const one = await watchLines(api, "/api/v1/watch/namespaces/default/configmaps/legacy", atLeast(1));
  assert.deepEqual(one.lines.map(shown), ["ADDED ConfigMap legacy"]);
  for (const path of [
    "/api/v1/watch/namespaces/default/configmaps",
    "/api/v1/watch/configmaps",
    "/apis/rbac.authorization.k8s.io/v1/watch/clusterroles",
  ]) {
    const { status, lines } = await watchLines(api, path, atLeast(1));
    assert.deepEqual([status, lines[0]?.type], [200, "ADDED"], path);
  }
});

test("one object is watched by its path and by a selector alike (WATCH-25)", async () => {
  const from = await revision();
  await create("single");
  await create("beside");
  await put("single", { data: { a: "1" } });
  await remove("single");
  const paths = [
    `${MAPS}/single?watch=1&resourceVersion=${from}`,
    `${MAPS}?watch=1&fieldSelector=metadata.name%3Dsingle&resourceVersion=${from}`,
  ];
  const heard = await Promise.all(paths.map(async (path) => (await watchLines(api, path, atLeast(3))).lines));
  assert.deepEqual(
    heard[0]?.map(shown),
    ["ADDED", "MODIFIED", "DELETED"].map((type) => `${type} ConfigMap single`),
  );
  assert.deepEqual(heard[0], heard[1]);
});

test("events are rows of tables, the first with its columns; metadata alone names what it is of (REST-19, REST-20, LIB-04)", async () => {
  const from = await revision();
  await create("row");
  await put("row", { data: { a: "1" } });
  const path = `${MAPS}?watch=1&resourceVersion=${from}`;
  const tables = await watchLines(api, path, atLeast(2), "application/json;as=Table;v=v1;g=meta.k8s.io");
  assert.deepEqual(
    tables.lines.map(({ type, object }) => [
      type,
      object.kind,
      object.columnDefinitions?.length ?? 0,
      object.rows.length,
      object.rows[0].cells[0],
    ]),
    [
      ["ADDED", "Table", 3, 1, "row"],
      ["MODIFIED", "Table", 0, 1, "row"],
    ],
  );
  const partial = await watchLines(
    api,
    path,
    atLeast(2),
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
  );
  assert.deepEqual(
    partial.lines.map(({ object }) => [object.kind, object.apiVersion, object.metadata.name, object.data]),
    Array.from({ length: 2 }, () => ["PartialObjectMetadata", "meta.k8s.io/v1", "row", undefined]),
  );
  const bookmark = await watchLines(
    api,
    `${MAPS}?${STREAMING}&labelSelector=no%3Dsuch`,
    atLeast(1),
    "application/json;as=Table;v=v1;g=meta.k8s.io",
  );
  const [{ type, object } = { type: "", object: {} }] = bookmark.lines;
  assert.deepEqual([type, object.kind, object.rows], ["BOOKMARK", "Table", []]);
  assert.match(object.metadata.resourceVersion, /^\d+$/);
});

test("a shard of a watch is not made of the whole (WATCH-27)", async () => {
  const reply = await api.ask(
    `${MAPS}?watch=1&timeoutSeconds=1&shardSelector=${encodeURIComponent("shardRange(object.metadata.uid, '0x0', '0x8')")}`,
  );
  assert.equal(reply.status, 400);
});
