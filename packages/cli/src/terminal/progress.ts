// Progress of long work: one line a step, redrawn in place on a terminal, printed once elsewhere.
import type { Clock } from "@knots/std";

/** Where progress is written. */
export interface Screen {
  readonly write: (text: string) => void;
  /** Whether lines can be redrawn. */
  readonly interactive: boolean;
}

/** Work that reports as it goes; `detail` replaces what was shown before. */
export type Work<T> = (report: (detail: string) => void) => Promise<T>;

/** Shows steps. */
export interface Progress {
  /** Runs `work` under `title`, with its detail and the seconds it takes; a failure is marked and thrown on. */
  step<T>(title: string, work: Work<T>): Promise<T>;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW = 100;

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** Steps on `screen`, timed by `clock`. */
export function createProgress(screen: Screen, clock: Clock): Progress {
  return {
    async step(title, work) {
      const start = clock.monotonic();
      let detail = "";
      let frame = 0;
      const line = (mark: string): string => [mark, title, detail && `— ${detail}`].filter(Boolean).join(" ");
      const draw = (): void => screen.write(`\r\x1b[2K${line(FRAMES[frame++ % FRAMES.length] ?? "")}`);
      const tick = (): ReturnType<Clock["setTimer"]> =>
        clock.setTimer(REDRAW, () => {
          draw();
          timer = tick();
        });
      let timer = screen.interactive ? tick() : undefined;
      const finish = (mark: string): void => {
        timer?.cancel();
        screen.write(`${screen.interactive ? "\r\x1b[2K" : ""}${line(mark)} (${seconds(clock.monotonic() - start)})\n`);
      };
      try {
        const result = await work((next) => {
          detail = next;
        });
        finish("✓");
        return result;
      } catch (error) {
        finish("✗");
        throw error;
      }
    },
  };
}
