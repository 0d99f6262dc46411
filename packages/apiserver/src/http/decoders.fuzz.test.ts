// What comes with a request, piece by piece: bodies of every format, paths, queries, and what a client says it reads.
import assert from "node:assert/strict";
import { builtinKinds } from "@knots/api";
import { isApiError, type Json } from "@knots/machinery";
import { BYTES, fuzz, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { asBytes, BODY, HOSTILE_JSON, HOSTILE_YAML } from "../../../../testkit/fuzz/hostile.ts";
import { sampleObjects } from "../../../../testkit/sample-objects.ts";
import { createResourceTable } from "../resources/table.ts";
import { parseAccept } from "./accept.ts";
import { type Codec, jsonCodec, yamlCodec } from "./codec.ts";
import { ANSWERS, codecForFailure, negotiate, readerFor } from "./negotiate.ts";
import { placed } from "./past.ts";
import { parseResourcePath } from "./path.ts";
import { protobufCodec } from "./protobuf-codec.ts";
import { deleteOptions, requestOptions } from "./query.ts";
import { schemasOf } from "./schemas.ts";

/** A refusal is a client's fault. */
const refusal = (error: unknown): boolean => isApiError(error) && error.code >= 400 && error.code < 500;
const schemaOf = schemasOf(createResourceTable(builtinKinds));
const decode = (codec: Codec, bytes: Uint8Array): Json => codec.decode(bytes, { onDuplicate: () => {}, schemaOf });
/** Bytes that all headers together may have. */
const HEADER = 64 * 1024;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

fuzz({
  name: "JSON bodies",
  form: BYTES,
  samples: sampleObjects.slice(0, 5).map((sample) => utf8(JSON.stringify(sample))),
  tokens: ["\ufeff", '{"', '":', "null", "\\u0000"],
  hostile: [
    ...asBytes(HOSTILE_JSON),
    { says: "bytes that are not UTF-8", input: () => Uint8Array.from([34, 255, 34]), refused: true },
  ],
  run: (bytes) => decode(jsonCodec, bytes),
  declared: refusal,
  rounds: 200,
});

const YAML = `apiVersion: v1
kind: ConfigMap
metadata: {name: "a", labels: &l {x: 'y'}}
copy: *l
data:
  text: |-
    one
    two
  folded: >
    words
  n: !!str 5
  date: 2026-01-01
list: [1, 0x1F, .inf, ~, "\\u00e9"]
? complex
: value
`;
fuzz({
  name: "YAML bodies",
  form: BYTES,
  samples: [utf8(YAML), utf8("{}"), ...sampleObjects.slice(0, 2).map((sample) => utf8(JSON.stringify(sample)))],
  tokens: [
    "&a ",
    "*a",
    "<<: ",
    "- ",
    "? ",
    ": ",
    "|\n",
    ">\n",
    "!!binary ",
    "!!js/function ",
    "!!set ",
    "---\n",
    "...\n",
    "%YAML",
    "\t",
    "{",
    "[",
  ],
  hostile: asBytes(HOSTILE_YAML),
  run: (bytes) => JSON.stringify(decode(yamlCodec, bytes)),
  declared: refusal,
  rounds: 300,
});

fuzz({
  name: "protobuf bodies of every kind",
  form: BYTES,
  samples: sampleObjects.flatMap((sample) => {
    if (!schemaOf(sample.apiVersion, sample.kind)) return [];
    return [Buffer.concat([...protobufCodec.encode(sample, schemaOf)])];
  }),
  tokens: ["\0", "\x0a\0", "\x12\x02\x08\x01", "k8s\0", "v1", "Pod", "DeleteOptions"],
  run: (bytes) => JSON.stringify(decode(protobufCodec, bytes)),
  declared: refusal,
  rounds: 1500,
});

fuzz({
  name: "paths",
  form: TEXT,
  samples: ["/api/v1/namespaces/default/pods/web/log", "/apis/apps/v1/watch/deployments", "/api/v1/nodes/n/proxy/a/b/"],
  tokens: ["/", "%2f", "%00", "%", "%ff", "..", "namespaces", "watch", "//", "?"],
  hostile: [
    { says: "slashes", input: () => "/".repeat(BODY) },
    { says: "escapes", input: () => `/api/v1/${"%2F".repeat(BODY / 3)}` },
    { says: "half an escape", input: () => "/api/v1/pods/%e", refused: true },
  ],
  run(path) {
    const found = parseResourcePath(path);
    assert.ok(found === undefined || found.resource.resource !== "");
  },
  declared: refusal,
});

fuzz({
  name: "paths of the past",
  form: TEXT,
  samples: ["/at/4711/api/v1/pods", "/at/2026-01-01T00%3A00%3A00Z/api"],
  tokens: ["/at/", "%", "%ff", "/"],
  hostile: [{ says: "half an escape", input: () => "/at/%e/api", refused: true }],
  run: (path) => void placed({ exchange: { request: { path } } } as Parameters<typeof placed>[0]),
  declared: refusal,
});

fuzz({
  name: "queries",
  form: TEXT,
  samples: [
    "labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&limit=500&resourceVersion=0&timeoutSeconds=5&watch=1",
    "dryRun=All&fieldManager=me&fieldValidation=Strict&force=true&propagationPolicy=Orphan&gracePeriodSeconds=0",
  ],
  tokens: [
    "&",
    "=",
    "%",
    "limit=",
    "-1",
    "99999999999999999999",
    "dryRun=",
    "propagationPolicy=",
    "gracePeriodSeconds=",
    "+",
  ],
  hostile: [
    { says: "a limit of a million digits", input: () => `limit=${"9".repeat(1_000_000)}`, refused: true },
    { says: "as many parameters as fit", input: () => "dryRun=All&".repeat(BODY / 11) },
  ],
  run(text) {
    const query = new URLSearchParams(text);
    const { limit, timeoutSeconds } = requestOptions(query);
    const { gracePeriodSeconds } = deleteOptions(query, undefined);
    for (const number of [limit, timeoutSeconds, gracePeriodSeconds])
      assert.ok(number === undefined || Number.isSafeInteger(number), String(number));
  },
  declared: refusal,
});

fuzz({
  name: "Accept headers",
  form: TEXT,
  samples: [
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;q=0.9,*/*",
    'application/vnd.kubernetes.protobuf, text/*;q=0.1;x="y"',
  ],
  tokens: [",", ";", "=", "q=", "*/*", '"', "__proto__=x", "as=Table", "q=1e999"],
  hostile: [
    { says: "as many ranges as fit", input: () => "a/b,".repeat(HEADER / 4), refused: true },
    { says: "as many parameters as fit", input: () => `a/b${";a=b".repeat(HEADER / 4)}`, refused: true },
    { says: "quotes", input: () => `a/b;c=${'"'.repeat(HEADER)}`, refused: true },
  ],
  run(header) {
    for (const { quality } of parseAccept(header)) assert.ok(quality > 0);
    codecForFailure(header);
    readerFor(header, {});
    negotiate(header, ANSWERS);
  },
  declared: refusal,
});
