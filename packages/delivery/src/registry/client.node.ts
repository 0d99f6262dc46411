// A client of the OCI distribution API: only what the platform needs, everything checked by digest and bounded.
import { createHash } from "node:crypto";
import {
  type RegistryAnswer,
  type RegistryCall,
  RegistryError,
  type RegistryHttpOptions,
  registryHttp,
} from "./http.node.ts";

export interface RegistryClientOptions extends RegistryHttpOptions {
  /** A token with these actions on the repository; with `from`, also one to pull from that repository. */
  readonly token: (repository: string, actions: readonly string[], from?: string) => string;
}

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface NewManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Every call rejects with a RegistryError or RegistryConnectionError. Digests are `sha256:` and 64 digits. */
export interface RegistryClient {
  hasBlob(repository: string, digest: string): Promise<boolean>;
  /** Makes a blob of another repository part of this one without moving it; false when the registry has not got it there. */
  mountBlob(repository: string, digest: string, from: string): Promise<boolean>;
  uploadBlob(repository: string, blob: Blob): Promise<void>;
  /** A small blob whole. */
  readBlob(repository: string, digest: string): Promise<Buffer>;
  /** By tag or digest; undefined when there is none. */
  manifest(repository: string, reference: string): Promise<StoredManifest | undefined>;
  /** Answers the manifest's digest. */
  putManifest(repository: string, reference: string, manifest: NewManifest): Promise<string>;
  /** False when it was gone already. Its tags go with it. */
  deleteManifest(repository: string, digest: string): Promise<boolean>;
  tags(repository: string): Promise<readonly string[]>;
  close(): void;
}

/** Bytes to be stored. */
export interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Bytes of a manifest or config: what is larger is none. */
const DOCUMENT = 4 * 1024 * 1024;
const ACCEPT = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export function registryClient(options: RegistryClientOptions): RegistryClient {
  const http = registryHttp(options);
  const call = (repository: string, rest: Omit<RegistryCall, "token">, actions: readonly string[] = ["pull"]) =>
    http.send({ ...rest, path: `/v2/${repository}/${rest.path}`, token: options.token(repository, actions) });
  return {
    ...blobCalls(call, async (repository, digest, from) => {
      const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`;
      const token = options.token(repository, ["pull", "push"], from);
      return await http.send({ method: "POST", path, token, body: new Uint8Array(), expect: [201, 202] });
    }),
    ...manifestCalls(call),
    close: () => http.close(),
  };
}

type Call = (
  repository: string,
  call: Omit<RegistryCall, "token">,
  actions?: readonly string[],
) => Promise<RegistryAnswer>;
type Mount = (repository: string, digest: string, from: string) => Promise<RegistryAnswer>;
const WRITE = ["pull", "push"];

function blobCalls(
  call: Call,
  mount: Mount,
): Pick<RegistryClient, "hasBlob" | "mountBlob" | "uploadBlob" | "readBlob"> {
  return {
    async hasBlob(repository, digest) {
      return (await call(repository, { method: "HEAD", path: `blobs/${digest}`, expect: [200, 404] })).status === 200;
    },
    async mountBlob(repository, digest, from) {
      // Otherwise the registry has begun an upload instead, which it forgets by itself.
      return (await mount(repository, digest, from)).status === 201;
    },
    async uploadBlob(repository, { digest, size, content }) {
      const begun = { method: "POST", path: "blobs/uploads/", body: new Uint8Array(), expect: [202] } as const;
      const place = uploadPath(repository, await call(repository, begun, WRITE));
      const path = `${place}${place.includes("?") ? "&" : "?"}digest=${digest}`;
      const body = content instanceof Uint8Array ? content : { size, source: content };
      const headers = { "content-type": "application/octet-stream" };
      await call(repository, { method: "PUT", path, body, headers, expect: [201] }, WRITE);
    },
    async readBlob(repository, digest) {
      const { body } = await call(repository, {
        method: "GET",
        path: `blobs/${digest}`,
        limit: DOCUMENT,
        expect: [200],
      });
      return checked(body, digest);
    },
  };
}

/** Where an upload goes on, relative to the repository. */
function uploadPath(repository: string, { headers, status }: RegistryAnswer): string {
  const { pathname, search } = new URL(headers.location ?? "", "https://registry");
  const start = `/v2/${repository}/`;
  if (!pathname.startsWith(start)) throw new RegistryError(`an upload was sent to ${pathname}`, status);
  return `${pathname.slice(start.length)}${search}`;
}

function manifestCalls(call: Call): Pick<RegistryClient, "manifest" | "putManifest" | "deleteManifest" | "tags"> {
  return {
    async manifest(repository, reference) {
      const headers = { accept: ACCEPT };
      const path = `manifests/${reference}`;
      const answer = await call(repository, { method: "GET", path, headers, limit: DOCUMENT, expect: [200, 404] });
      if (answer.status === 404) return undefined;
      const digest = digestOf(answer.body);
      if (reference.includes(":")) checked(answer.body, reference);
      return { digest, mediaType: answer.headers["content-type"] ?? "", bytes: answer.body };
    },
    async putManifest(repository, reference, { mediaType, bytes }) {
      const headers = { "content-type": mediaType };
      await call(
        repository,
        { method: "PUT", path: `manifests/${reference}`, headers, body: bytes, expect: [201] },
        WRITE,
      );
      return digestOf(bytes);
    },
    async deleteManifest(repository, digest) {
      const path = `manifests/${digest}`;
      return (
        (await call(repository, { method: "DELETE", path, expect: [202, 404] }, ["pull", "delete"])).status === 202
      );
    },
    async tags(repository) {
      const answer = await call(repository, { method: "GET", path: "tags/list", limit: DOCUMENT, expect: [200, 404] });
      if (answer.status === 404) return [];
      return (JSON.parse(answer.body.toString("utf8")) as { tags?: readonly string[] | null }).tags ?? [];
    },
  };
}

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

function checked(bytes: Buffer, digest: string): Buffer {
  if (digestOf(bytes) !== digest) throw new RegistryError(`the registry answered other bytes than ${digest}`, 200);
  return bytes;
}
