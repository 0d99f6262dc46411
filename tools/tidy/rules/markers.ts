// No marks of unfinished or silenced work.
import type { Comment } from "../lex.ts";
import type { Finding, Project, Rule, SourceFile } from "../project.ts";

export const markers: Rule = (project) => project.sources.flatMap((file) => [...inComments(file), ...inCode(file)]);

const unfinished = /\b(TODO|FIXME|XXX|HACK)\b/;

/** What silences a checker for a whole file or without a reason. */
const muzzle = /@ts-(ignore|nocheck)|\b(eslint-disable|biome-ignore-all|oxlint-disable(?!-next-line [^\n]*-- \S))/;
const withReason = /\bbiome-ignore lint\/|\boxlint-disable-next-line\b/;

/** Counts the lines for which a linter is silenced with a reason; exceptions.json limits them. */
export function silencedLines(project: Project): number {
  return project.sources.flatMap((file) => file.comments).filter((one) => withReason.test(one.value)).length;
}

function inComments(file: SourceFile): Finding[] {
  return file.comments.flatMap((comment): Finding[] => {
    const message = complaint(comment, file.outside);
    return message === undefined ? [] : [{ file: file.path, line: comment.line, message }];
  });
}

function complaint({ value }: Comment, outside: boolean): string | undefined {
  const mark = unfinished.exec(value)?.[0];
  if (mark !== undefined) return `${mark}: finish it, or report it and delete the mark`;
  const silencer = muzzle.exec(value)?.[0] ?? (outside ? undefined : /@ts-expect-error/.exec(value)?.[0]);
  return silencer === undefined ? undefined : `${silencer}: mend the cause, or silence one line with a reason`;
}

const testWords = new Set(["test", "it", "describe", "suite"]);
const banned = new Set(["only", "todo"]);

function inCode(file: SourceFile): Finding[] {
  return file.tokens.flatMap((token, at): Finding[] => {
    const [dot, mark = ""] = [file.tokens[at + 1]?.value, file.tokens[at + 2]?.value];
    if (token.kind !== "word" || !testWords.has(token.value) || dot !== "." || !banned.has(mark)) return [];
    const message = `${token.value}.${mark}: run every test, write the missing one`;
    return [{ file: file.path, line: token.line, message }];
  });
}
