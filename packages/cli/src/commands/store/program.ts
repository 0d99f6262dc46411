// `kts store ...` and its options.
import type { Command } from "commander";
import type { TextKey } from "../../texts/text.ts";
import type { CommandContext } from "../context.node.ts";
import { backupCommand, checkCommand, compactCommand, historyCommand, restoreCommand } from "./store.node.ts";

interface Builders {
  readonly context: () => CommandContext;
  readonly text: CommandContext["text"];
  readonly dataDir: string;
}
interface Folder {
  readonly dataDir: string;
}

export function addStore(program: Command, { context, text, dataDir }: Builders): void {
  const store = program.command("store").description(text("command.store"));
  const sub = (name: string, about: TextKey): Command =>
    store.command(name).description(text(about)).option("--data-dir <folder>", text("option.dataDir"), dataDir);
  sub("check", "command.store.check").action((options: Folder) => checkCommand(options, context()));
  sub("backup", "command.store.backup")
    .argument("<file>")
    .action((file: string, options: Folder) => backupCommand({ ...options, file }, context()));
  sub("restore", "command.store.restore")
    .argument("<file>")
    .action((file: string, options: Folder) => restoreCommand({ ...options, file }, context()));
  sub("compact", "command.store.compact")
    .option("--revision <number>", text("option.revision"))
    .action((options: Folder & { revision?: string }) => compactCommand(options, context()));
  sub("history", "command.store.history")
    .argument("[object]", text("option.object"))
    .option("-n, --namespace <name>", text("option.objectNamespace"), "default")
    .action((object: string | undefined, options: Folder & { namespace: string }) =>
      historyCommand({ ...options, ...(object !== undefined && { object }) }, context()),
    );
}
