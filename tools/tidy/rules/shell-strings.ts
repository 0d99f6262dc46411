// Programs are started with argument arrays, never through a shell that would read names as commands.
import type { Finding, Rule, SourceFile } from "../project.ts";

export const shellStrings: Rule = (project) => project.sources.flatMap((file) => [...imported(file), ...option(file)]);

function imported(file: SourceFile): Finding[] {
  return file.imports
    .filter((one) => /^(node:)?child_process$/.test(one.specifier))
    .filter((one) => one.names.includes("exec") || one.names.includes("execSync"))
    .map(({ line }) => ({
      file: file.path,
      line,
      message: "exec runs a shell: use spawn or execFile with an array of arguments",
    }));
}

function option(file: SourceFile): Finding[] {
  return file.tokens.flatMap((token, at): Finding[] => {
    const [colon, value] = [file.tokens[at + 1]?.value, file.tokens[at + 2]?.value];
    if (token.kind !== "word" || token.value !== "shell" || colon !== ":" || value !== "true") return [];
    return [
      {
        file: file.path,
        line: token.line,
        message: "shell: true runs a shell; pass the program and an array of arguments",
      },
    ];
  });
}
