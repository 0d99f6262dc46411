// The `kts` command: runs one command and turns failures into one clear message.
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SharedContainerdError } from "@knots/cluster";
import { ProgramError } from "@knots/host";
import { type CommandContext, createContext } from "./commands/context.node.ts";
import { createProgram } from "./program.node.ts";
import { refusedFile } from "./settings/refused-file.ts";
import { UserError } from "./settings/user-error.ts";
import { PortError } from "./terminal/ports.node.ts";
import { withSystemPlaces } from "./terminal/tools.node.ts";
import type { Texts } from "./texts/text.ts";

const VERSION = "0.1.0";
/** This file, or the bundle that it is part of. */
const MAIN = realpathSync(fileURLToPath(import.meta.url));

const contextOf = (language?: string): CommandContext => createContext(MAIN, language);

function messageOf(error: unknown, text: Texts): string {
  if (error instanceof PortError)
    return text(error.key, { ...error.values, owner: error.owner ? text("error.portOwner", error.owner) : "" });
  if (error instanceof UserError) return text(error.key, error.values);
  if (error instanceof SharedContainerdError) return text(`error.containerd.${error.reason}`, error.values);
  if (error instanceof ProgramError && error.failure === "missing")
    return text("error.missingTools", { tools: error.program, packages: error.debianPackage ?? error.program });
  const refused = refusedFile(error);
  if (refused) return text(refused.key, { path: refused.path });
  return text("error.unexpected", { message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

// A reader that leaves early (`kts logs node | head`) ends the output, not the work; neither does a full disk.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    if (error.code !== "ENOSPC") throw error;
    process.exitCode = 1;
  });

// Whoever starts us: what we start finds the system's programs.
process.env["PATH"] = withSystemPlaces(process.env["PATH"] ?? "");

const program = createProgram(contextOf, VERSION);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.stderr.write(`kts: ${messageOf(error, contextOf(program.opts<{ lang?: string }>().lang).text)}\n`);
  process.exitCode = 1;
}
