// A folder of blobs named by their digest (`<layout>/blobs/sha256/<hex>`): what is there is whole.
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { platformRandom, uuid } from "@knots/std";
import { hasCode, isMissing } from "../files/atomic.node.ts";
import { type Content, type LayerEntry, orderedEntries } from "./entry.ts";
import { type Descriptor, documentBytes, type Layer, mediaTypes } from "./image.ts";
import { contentSize, padding, tarEnd, tarHeader } from "./tar.ts";

/** Path of a blob in a layout. Throws on what is no sha256 digest, so that no name leads elsewhere. */
export function blobPath(layout: string, digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`not a sha256 digest: ${digest}`);
  return join(layout, "blobs/sha256", digest.slice("sha256:".length));
}

export async function readBlob(layout: string, digest: string): Promise<Buffer> {
  return await readFile(blobPath(layout, digest));
}

/** Stores a document and describes it. */
export async function writeDocument(layout: string, mediaType: string, document: unknown): Promise<Descriptor> {
  const bytes = documentBytes(document);
  const { digest, size } = await writeBlob(layout, [bytes]);
  return { mediaType, digest, size };
}

/** 0 leaves the tar as it is, 1 (fast) to 9 are gzip's levels. */
export type Compression = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Writes the entries as one layer. The same entries and compression always give the same digest. */
export async function writeLayer(
  layout: string,
  entries: Iterable<LayerEntry>,
  compression: Compression = 6,
): Promise<Layer> {
  const tarHash = createHash("sha256");
  const tar = Readable.from(hashed(tarChunks(entries), tarHash), { objectMode: false });
  if (compression === 0) {
    const { digest, size } = await writeBlob(layout, tar);
    return { descriptor: { mediaType: mediaTypes.layer, digest, size }, diffId: `sha256:${tarHash.digest("hex")}` };
  }
  const gzip = createGzip({ level: compression, chunkSize: 256 * 1024 });
  // A failure of the source is thrown where the compressed bytes are read.
  pipeline(tar, gzip, () => {});
  const { digest, size } = await writeBlob(layout, gzip);
  return { descriptor: { mediaType: mediaTypes.layerGzip, digest, size }, diffId: `sha256:${tarHash.digest("hex")}` };
}

/** The archive's bytes in order, for entries in any order. */
export async function* tarChunks(entries: Iterable<LayerEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of orderedEntries(entries)) {
    yield tarHeader(entry);
    if (entry.type !== "file") continue;
    yield* contentChunks(entry.path, entry.content);
    const rest = padding(contentSize(entry));
    if (rest.length > 0) yield rest;
  }
  yield tarEnd;
}

async function* contentChunks(path: string, content: Content): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    if (content.length > 0) yield content;
    return;
  }
  let seen = 0;
  for await (const chunk of createReadStream(content.disk, { highWaterMark: 1024 * 1024 })) {
    seen += chunk.length;
    yield chunk as Uint8Array;
  }
  if (seen !== content.size) throw new Error(`${content.disk} changed while it was packed as ${path}`);
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Stores bytes under their digest. Nothing is left when the source fails. */
export async function writeBlob(
  layout: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ readonly digest: string; readonly size: number }> {
  const folder = join(layout, "blobs/sha256");
  await mkdir(folder, { recursive: true });
  const fresh = join(folder, `.${uuid(platformRandom)}`);
  const hash = createHash("sha256");
  let size = 0;
  try {
    const file = await open(fresh, "wx", 0o644);
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
    const digest = `sha256:${hash.digest("hex")}`;
    await rename(fresh, blobPath(layout, digest));
    return { digest, size };
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** Makes a blob of one layout available in another, without copying where the file system can share. */
export async function shareBlob(from: string, to: string, digest: string): Promise<void> {
  const target = blobPath(to, digest);
  await mkdir(join(to, "blobs/sha256"), { recursive: true });
  try {
    await link(blobPath(from, digest), target);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return;
    if (!hasCode(error, "EXDEV", "EPERM", "EMLINK")) throw error;
    await copyFile(blobPath(from, digest), target);
  }
}

/** Size of a blob, or undefined when the layout has none of that digest. */
export async function blobSize(layout: string, digest: string): Promise<number | undefined> {
  try {
    return (await stat(blobPath(layout, digest))).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
