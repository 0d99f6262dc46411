// Makes a fresh clone ready and then runs a command with the pinned Node: plain JavaScript for any Node from 18 on.
// Usage: node tools/setup.mjs [--packages core,node,test] [-- command argument...]
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArguments } from "./setup/arguments.mjs";
import { provideClients } from "./setup/clients.mjs";
import { provideTools } from "./setup/debian.mjs";
import { handOver } from "./setup/hand-over.mjs";
import { binFolders, provideModules } from "./setup/modules.mjs";
import { provideTestParts } from "./setup/parts.mjs";
import { Problem, requireNode } from "./setup/problem.mjs";
import { providePython } from "./setup/python.mjs";

const top = join(dirname(fileURLToPath(import.meta.url)), "..");

async function main() {
  const { groups, command } = parseArguments(process.argv.slice(2));
  requireNode(process.versions.node);
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: [...binFolders(top), process.env["PATH"]].join(delimiter) };
  if (groups.has("core")) await provideModules(top);
  if (groups.has("node")) await provideTools();
  if (groups.has("test")) env["KNOTS_KUBECTLS"] = (await provideClients()).join(delimiter);
  if (groups.has("test")) await provideTestParts();
  const modules = groups.has("test") ? await providePython() : undefined;
  if (modules !== undefined) env["KNOTS_PYTHONPATH"] = modules;
  if (command.length > 0) handOver(command, env);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`setup: ${error.message}`);
  process.exitCode = 1;
}
