// `kts apiserver` as a process of a test's own.
import { type ChildProcess, spawn } from "node:child_process";
import { ktsCommand } from "./cluster.ts";

export interface LoneServer {
  readonly process: ChildProcess;
  /** Everything that it has said so far. */
  readonly said: () => string;
}

/** Resolves when the server says that it is ready; rejects with its words when it ends instead. A flag without a value is `""`. */
export async function startApiServer(flags: Readonly<Record<string, string>>): Promise<LoneServer> {
  const [program, script] = ktsCommand;
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, ...(value === "" ? [] : [value])]);
  const child = spawn(program, [script, "apiserver", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk;
      if (said.includes("is ready")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", (code) => reject(new Error(`kts apiserver exited ${code}: ${said}`)));
  });
  return { process: child, said: () => said };
}
