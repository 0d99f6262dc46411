// Every source file begins with a comment that says its job.
import type { Finding, Rule } from "../project.ts";

export const firstLine: Rule = (project) =>
  project.sources.flatMap((file): Finding[] => {
    const lines = file.text.split("\n", 2);
    const line = lines[0]?.startsWith("#!") ? 2 : 1;
    if (/^\/\/ \S+( \S+)+/.test(lines[line - 1] ?? "")) return [];
    return [
      {
        file: file.path,
        line,
        message: "no job in the first line: begin with a // comment that says what the file is for",
      },
    ];
  });
