// How our own processes are started: with the program and the runtime that this one was started with.

/** The command line of one of our own processes; `main` is the file that `kts` was started from. */
export function ownCommand(main: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, main, ...args];
}
