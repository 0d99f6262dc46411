// A watch on the wire as its lines of JSON.
import type { ServedApi } from "./served-api.ts";

export interface Line {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: an object of any shape, read by assertions only
  readonly object: any;
}

export interface Watched {
  readonly status: number;
  readonly lines: readonly Line[];
}

/** What an enough-test sees are whole lines only. */
const linesIn = (text: string): Line[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);

/** Follows a watch until `enough` says so or the server ends it. */
export async function watchLines(
  { ask }: Pick<ServedApi, "ask">,
  path: string,
  enough: (lines: readonly Line[]) => boolean = () => false,
  accept = "application/json",
): Promise<Watched> {
  let text = "";
  const onPiece = (piece: Buffer): boolean => {
    text += piece.toString();
    return !enough(linesIn(text));
  };
  const { status, bytes } = await ask(path, { headers: { accept }, onPiece });
  return { status, lines: linesIn(bytes.toString()) };
}

export const atLeast =
  (count: number) =>
  (lines: readonly Line[]): boolean =>
    lines.length >= count;
