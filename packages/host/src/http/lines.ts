// Cuts a byte stream into lines of text, within a limit.

const NEWLINE = 10;

function joined(parts: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  if (parts.length === 0) return last;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, last.length));
  let at = 0;
  for (const part of [...parts, last]) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Lines without their ends; blank ones are left out. Throws when one grows past `limit` bytes. */
export async function* readLines(source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = decoder.decode(joined(parts, chunk.subarray(start, end)));
      [parts, size, start] = [[], 0, end + 1];
      if (line.trim() !== "") yield line;
    }
    const rest = chunk.subarray(start);
    size += rest.length;
    if (size > limit) throw new Error(`a line has more than ${limit} bytes`);
    if (rest.length > 0) parts.push(rest);
  }
  const line = decoder.decode(joined(parts, new Uint8Array()));
  if (line.trim() !== "") yield line;
}
