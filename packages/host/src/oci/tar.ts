// The tar format, only as much as layers need, written so that equal entries give equal bytes.
import type { LayerEntry } from "./entry.ts";

const blockSize = 512;
const encoder = new TextEncoder();

/** Zero bytes that follow `size` bytes of content. */
export function padding(size: number): Uint8Array {
  return new Uint8Array((blockSize - (size % blockSize)) % blockSize);
}

/** Two empty blocks end an archive. */
export const tarEnd = new Uint8Array(2 * blockSize);

/** The header blocks of an entry; its content and padding follow. Names that do not fit get an extended header. */
export function tarHeader(entry: LayerEntry): Uint8Array {
  const name = entry.type === "directory" ? `${entry.path}/` : entry.path;
  const target = entry.type === "link" ? entry.target : "";
  const extended = [...longField("path", name), ...longField("linkpath", target)].join("");
  const block = headerBlock(
    {
      name: clip(name),
      target: clip(target),
      mode: entry.type === "link" ? 0o777 : entry.mode,
      size: contentSize(entry),
      kind: entry.type === "file" ? "0" : entry.type === "link" ? "2" : "5",
      modified: entry.type === "file" ? (entry.modified ?? 0) : 0,
    },
    entry,
  );
  return extended === "" ? block : concat([extendedHeader(extended), block]);
}

/** Bytes of content that follow the header. */
export function contentSize(entry: LayerEntry): number {
  if (entry.type !== "file") return 0;
  return entry.content instanceof Uint8Array ? entry.content.length : entry.content.size;
}

interface Header {
  readonly name: string;
  readonly target: string;
  readonly mode: number;
  readonly size: number;
  readonly kind: string;
  readonly modified: number;
}

function headerBlock(header: Header, owner: { readonly uid?: number; readonly gid?: number }): Uint8Array {
  const block = new Uint8Array(blockSize);
  const put = (offset: number, text: string) => block.set(encoder.encode(text), offset);
  put(0, header.name);
  put(100, octal(header.mode, 8));
  put(108, octal(owner.uid ?? 0, 8));
  put(116, octal(owner.gid ?? 0, 8));
  put(124, octal(header.size, 12));
  put(136, octal(header.modified, 12));
  put(148, "        ");
  put(156, header.kind);
  put(157, header.target);
  put(257, "ustar\u000000");
  put(329, octal(0, 8));
  put(337, octal(0, 8));
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

function octal(value: number, width: number): string {
  const digits = value.toString(8).padStart(width - 1, "0");
  if (digits.length >= width) throw new RangeError(`${value} does not fit a field of ${width} octal digits`);
  return `${digits}\0`;
}

function clip(name: string): string {
  return encoder.encode(name).length <= 100 ? name : "extended";
}

function longField(key: string, value: string): string[] {
  return encoder.encode(value).length <= 100 ? [] : [paxRecord(key, value)];
}

/** A record counts its own length, which has digits of its own. */
function paxRecord(key: string, value: string): string {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function extendedHeader(records: string): Uint8Array {
  const body = encoder.encode(records);
  const header = { name: "pax", target: "", mode: 0o644, size: body.length, kind: "x", modified: 0 };
  return concat([headerBlock(header, {}), body, padding(body.length)]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
