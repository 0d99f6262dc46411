// How our own processes are started: with the program and the runtime that this one was started with.

/** Our processes by the command that each runs. */
export type OwnProcess = "control-plane" | "node" | "supervise";

/**
 * Size of half a young generation (MiB). The runtime's own choice of 16 costs each process some 40 MiB for garbage that it makes slowly; the control plane, which
 * makes it fast, keeps more of it and pays a tenth more CPU for a write.
 */
const YOUNG: Readonly<Record<OwnProcess, number>> = { "control-plane": 4, node: 1, supervise: 1 };

/** The command line of one of our own processes; `main` is the file that `kts` was started from. */
export function ownCommand(main: string, command: OwnProcess, ...args: readonly string[]): readonly string[] {
  return [process.execPath, `--max-semi-space-size=${YOUNG[command]}`, main, command, ...args];
}
