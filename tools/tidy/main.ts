// Checks the rules of the house over the whole repository: `node tools/tidy/main.ts [path...]` prints findings below the paths.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Exceptions, faultsOf, untolerated } from "./exceptions.ts";
import { loadFiles } from "./load.ts";
import { type Finding, type Project, projectOf } from "./project.ts";
import { silencedLines } from "./rules/markers.ts";
import { ninetieth } from "./rules/sizes.ts";
import { rules } from "./rules.ts";
import { runSnippet, snippetsOf } from "./snippets.ts";

interface Judged extends Finding {
  readonly rule: string;
}

const listPath = "tools/tidy/exceptions.json";
const top = join(import.meta.dirname, "..", "..");

function judge(project: Project): Judged[] {
  const found = Object.entries(rules).flatMap(([rule, check]) => check(project).map((one) => ({ rule, ...one })));
  const list = JSON.parse(readFileSync(join(top, listPath), "utf8")) as Exceptions;
  const faults = faultsOf(list, found, silencedLines(project));
  return [
    ...untolerated(found, list),
    ...faults.map((message) => ({ rule: "exceptions", file: listPath, line: 1, message })),
  ];
}

function runExamples(project: Project): Judged[] {
  const readme = project.files.find((file) => file.path === "README.md");
  return snippetsOf(readme?.text ?? "").flatMap((snippet) => {
    const message = runSnippet(top, snippet);
    return message === undefined ? [] : [{ rule: "snippets", file: "README.md", line: snippet.line, message }];
  });
}

/** Without paths everything is below. */
function below(paths: readonly string[], file: string): boolean {
  return paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`));
}

const project = projectOf(loadFiles(top));
const paths = process.argv.slice(2).map((path) => path.replace(/^\.\/|\/$/g, ""));
const examples = below(paths, "README.md") ? runExamples(project) : [];
const found = [...judge(project), ...examples].filter((one) => below(paths, one.file));
for (const { file, line, rule, message } of found) console.error(`${file}:${line}: ${rule}: ${message}`);

const { length } = project.sources;
const counts = `${silencedLines(project)} silenced lines, 90 % of files within ${ninetieth(project)} lines`;
console.log(`tidy: ${found.length} findings in ${length} files, ${Object.keys(rules).length} rules, ${counts}`);
process.exitCode = found.length > 0 ? 1 : 0;
