// Runs the command that the set-up was for, as if it had been started itself: same terminal, signals and exit code.
import { spawn } from "node:child_process";

const signals = /** @type {const} */ (["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM"]);

/**
 * @param {readonly string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
export function handOver([program = "", ...args], env) {
  const child = spawn(program, args, { stdio: "inherit", env });
  // A terminal sends Ctrl-C to the child as well: passing it on would count as a second one.
  const byTerminal = process.stdin.isTTY ? signals.slice(0, 3) : [];
  for (const signal of signals)
    process.on(signal, () => byTerminal.some((one) => one === signal) || child.kill(signal));
  child.on("error", (error) => {
    console.error(`setup: cannot start ${program}: ${error.message}`);
    process.exitCode = 127;
  });
  child.on("exit", (code, signal) => {
    for (const one of signals) process.removeAllListeners(one);
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}
