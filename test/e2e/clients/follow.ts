// Follows the output of a program that runs on until its text says enough.
import { spawn } from "node:child_process";

export interface FollowOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly until: (text: string) => boolean;
  /** Called once, at the first output: the program listens from then on. */
  readonly started?: () => void;
  readonly limitSeconds?: number;
}

/** Answers the text up to that moment, and ends the program; rejects when it ends before, or takes too long. */
export function follow(program: string, args: readonly string[], options: FollowOptions): Promise<string> {
  const { env = {}, until, started, limitSeconds = 30 } = options;
  const timeout = limitSeconds * 1000;
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], timeout });
  return new Promise((resolve, reject) => {
    let text = "";
    const hear = (chunk: Buffer): void => {
      if (text === "") started?.();
      text += chunk;
      if (!until(text)) return;
      child.kill();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject);
    child.on("close", () => {
      if (until(text)) resolve(text);
      else reject(new Error(`${program} ${args.join(" ")} ended before it said enough:\n${text}`));
    });
  });
}
