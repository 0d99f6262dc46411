// The end of a log in the runtime's format, as plain text.

const LINE = /^\S+ (?:stdout|stderr) ([FP])(?::\S*)? ?(.*)$/;
const MAX_LINES = 80;

/** The last lines of `text`, at most `bytes` long; a first line that is cut off is left out. */
export function logTail(text: string, bytes: number): string {
  const parsed = text.split("\n").flatMap((line) => {
    const [whole, flag, content = ""] = LINE.exec(line) ?? [];
    return whole === undefined ? [] : [flag === "P" ? content : `${content}\n`];
  });
  return parsed.slice(-MAX_LINES).join("").slice(-bytes);
}
