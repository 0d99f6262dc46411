// Documents made from the table of kinds: discovery and OpenAPI, built again only when the table changes.
import { DeleteOptions } from "@knots/api";
import { type AnyKind, type JsonObject, type OpenApiInput, openApiV2, openApiV3 } from "@knots/machinery";
import type { Crypto } from "../authentication/crypto.ts";
import { aggregatedDocument } from "../discovery/aggregated.ts";
import { encodeGnostic } from "../discovery/gnostic.ts";
import { encodeGnosticV3 } from "../discovery/gnostic-v3.ts";
import { discoveryOf, type GroupEntry } from "../discovery/resources.ts";
import { VERSION } from "../discovery/version.ts";
import { isBodyOnly } from "../resources/body-kinds.ts";
import type { ResourceTable } from "../resources/table.ts";

const encoder = new TextEncoder();

/** A document's bytes and the tag that names this state of it. */
export interface Document {
  readonly value: object;
  readonly etag: string;
}

/** A document that is encoded already. */
export interface DocumentBytes {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

export interface Documents {
  groups(): readonly GroupEntry[];
  /** Aggregated discovery of the core group or of all others. */
  aggregated(core: boolean, version: string): Document;
  /** The index of OpenAPI v3 documents. */
  openApiIndex(): Document;
  /** One OpenAPI v3 document by its path (`api/v1`, `apis/apps/v1`). */
  openApi(path: string): Document | undefined;
  /** The same document in the form that Go clients read, under the same tag. */
  openApiProtobuf(path: string): DocumentBytes | undefined;
  openApiV2(): Document;
  /** OpenAPI v2 in the form that Go clients read. */
  openApiV2Protobuf(): DocumentBytes;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Where the OpenAPI document of a kind's group and version is, below `/openapi/v3/`. */
const documentPath = ({ group, version }: AnyKind): string =>
  group === "" ? `api/${version}` : `apis/${group}/${version}`;

function inputOf(table: ResourceTable, kinds: readonly AnyKind[]): OpenApiInput {
  const related = table.all().filter((kind) => !kinds.includes(kind));
  return { kinds, related, deleteOptions: DeleteOptions, version: VERSION.gitVersion };
}

/** Remembers what was made for a key until the table changes. */
function memoOf(table: ResourceTable): <T>(key: string, make: () => T) => T {
  let version = -1;
  let made = new Map<string, unknown>();
  return <T>(key: string, make: () => T): T => {
    if (version !== table.version) {
      made = new Map();
      version = table.version;
    }
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
}

/** Documents of a table. */
export function createDocuments(table: ResourceTable, crypto: Pick<Crypto, "sha256">): Documents {
  const memo = memoOf(table);
  const document = (value: object): Document => {
    const etag = hex(crypto.sha256(encoder.encode(JSON.stringify(value)))).toUpperCase();
    return { value, etag };
  };
  const storageHash = (text: string): string => base64(crypto.sha256(encoder.encode(text)).subarray(0, 8));
  const served = () => table.all().filter((kind) => !isBodyOnly(kind) && kind.verbs.length > 0);
  const groups = () => memo("groups", () => discoveryOf(served(), storageHash));
  const openApi = (path: string) =>
    memo(`v3 ${path}`, () => {
      const kinds = served().filter((kind) => documentPath(kind) === path);
      return kinds.length > 0 ? document(openApiV3(inputOf(table, kinds))) : undefined;
    });
  return {
    groups,
    openApi,
    aggregated: (core, wanted) =>
      memo(`aggregated ${core} ${wanted}`, () => {
        const mine = groups().filter(({ group }) => (group === "") === core);
        return document(aggregatedDocument(mine, wanted));
      }),
    openApiIndex: () =>
      memo("v3", () => {
        const paths = groups().flatMap(({ group, versions }) =>
          versions.map((entry) => (group === "" ? `api/${entry.version}` : `apis/${group}/${entry.version}`)),
        );
        const entries = paths.map((path) => [
          path,
          { serverRelativeURL: `/openapi/v3/${path}?hash=${openApi(path)?.etag ?? ""}` },
        ]);
        return document({ paths: Object.fromEntries(entries) });
      }),
    openApiProtobuf(path) {
      const found = openApi(path);
      if (!found) return undefined;
      return memo(`v3 protobuf ${path}`, () => ({
        bytes: encodeGnosticV3(found.value as JsonObject),
        etag: found.etag,
      }));
    },
    openApiV2Protobuf: () =>
      memo("v2 protobuf", () => {
        const bytes = encodeGnostic(openApiV2(inputOf(table, served())));
        return { bytes, etag: hex(crypto.sha256(bytes)).toUpperCase() };
      }),
    openApiV2: () => memo("v2", () => document(openApiV2(inputOf(table, served())))),
  };
}
