// What every command works with: texts, screen, clock, log, and who runs us.
import { homedir } from "node:os";
import { type Clock, createLogger, type Logger, platformRandom, type Random, realClock } from "@knots/std";
import type { Surroundings } from "../settings/settings.ts";
import { writeLogLine } from "../terminal/log-line.node.ts";
import { createProgress, type Progress, type Screen } from "../terminal/progress.ts";
import { type Language, languageOf, type Texts, texts } from "../texts/text.ts";

export interface CommandContext {
  /** Path of the program's main file: our other processes start from it too. */
  readonly main: string;
  readonly language: Language;
  readonly text: Texts;
  readonly clock: Clock;
  readonly random: Random;
  readonly progress: Progress;
  readonly around: Surroundings;
  /** Lines for people. */
  readonly print: (line: string) => void;
  /** Structured lines of daemons, on standard output. */
  readonly log: Logger;
}

/** Makes the context of one invocation of `main`; `language` overrides the locale. */
export function createContext(main: string, language?: string): CommandContext {
  const chosen = languageOf(language ?? process.env["KTS_LANG"] ?? process.env["LC_ALL"] ?? process.env["LANG"]);
  const screen: Screen = {
    write: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
  };
  return {
    main,
    language: chosen,
    text: texts(chosen),
    clock: realClock,
    random: platformRandom,
    progress: createProgress(screen, realClock),
    around: { root: process.getuid?.() === 0, home: homedir() },
    print: (line) => void process.stdout.write(`${line}\n`),
    log: createLogger({ clock: realClock, write: writeLogLine }),
  };
}

/** Aborts at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export function untilStopped(): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Error("stopped by a signal"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return stop.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
