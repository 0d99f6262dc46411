// The lives of a store on a simulated disk: clients at work, then a close, a killed process or a power cut, with failing calls and full disks in between.
import { createVirtualClock, type Random, seededRandom, type VirtualClock } from "@knots/std";
import { type CutMode, createFaultDisk, type EmbeddedStore, type FaultDisk, openStore, StoreError } from "@knots/store";
import { type Judgement, judge, type Recording } from "../history/judge.ts";
import { createRecorder, type Recorder } from "../history/recorder.ts";
import { EVERYTHING, runClients } from "./clients.ts";
import { catchUp, passing, type RunOptions, readEverything } from "./runs.ts";

export interface LivesOptions extends RunOptions {
  readonly lives: number;
  /** What may happen; absent: everything. */
  readonly faults?: readonly Fault[] | undefined;
}

/** `cut`: power; `kill`: the process only; `eio`: one call fails; `full`: no space for a while; `full and cut`, `full and kill`: and then the end. */
export type Fault = "cut" | "kill" | "eio" | "full" | "full and cut" | "full and kill";

const FAULTS: readonly Fault[] = ["cut", "cut", "kill", "eio", "full", "full and cut", "full and kill"];
const MODES: readonly CutMode[] = ["lost", "kept", "torn", "mangled"];

/** Records the lives and judges them as one history. */
export async function livesRun(options: LivesOptions): Promise<Judgement> {
  return judge(await recordLives(options));
}

export async function recordLives(options: LivesOptions): Promise<Recording> {
  const lives = new Lives(options);
  for (let life = 0; life < options.lives; life++) await lives.live(life);
  return lives.end();
}

class Lives {
  readonly #options: LivesOptions;
  readonly #random: Random;
  #clock: VirtualClock = createVirtualClock();
  readonly #recorder: Recorder = createRecorder();
  #disk: FaultDisk = createFaultDisk();

  constructor(options: LivesOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  async live(life: number): Promise<void> {
    const { faults = FAULTS } = this.#options;
    const fault = this.#random.below(5) === 0 ? undefined : faults[this.#random.below(faults.length)];
    this.#arm(fault);
    const store = await this.#open();
    if (store !== undefined) {
      await this.#work(store, life);
      if (fault === undefined || fault === "full") await store.close();
    }
    await this.#die(fault);
  }

  /** The last life has no faults; whatever is there now is the truth. */
  async end(): Promise<Recording> {
    const store = await this.#open();
    if (store === undefined) throw new Error("a sound disk cannot be opened");
    await this.#look(store, "the end");
    const until = await catchUp(store);
    const recording = this.#recorder.finish(until);
    await store.close();
    return recording;
  }

  async #open(): Promise<EmbeddedStore | undefined> {
    const segmentBytes = 800 + this.#random.below(4000);
    try {
      const store = await openStore({
        disk: this.#disk,
        clock: this.#clock,
        history: false,
        segmentBytes,
        retryMs: 300,
      });
      this.#recorder.settled();
      return store;
    } catch (error) {
      if (error instanceof StoreError && (error.code === "io" || error.code === "full")) return undefined;
      throw error;
    }
  }

  async #work(store: EmbeddedStore, life: number): Promise<void> {
    await this.#look(store, `the start of life ${life}`);
    const { clients, calls, single } = this.#options;
    const seed = this.#options.seed;
    await runClients({
      store,
      recorder: this.#recorder,
      seed,
      clients,
      calls,
      single,
      life,
      pass: passing(this.#clock),
    });
  }

  /** Reads everything, and watches everything from as early as possible. */
  async #look(store: EmbeddedStore, name: string): Promise<void> {
    const from = Math.max(1, store.status().compactedRevision);
    this.#recorder.watch(name, store, { ...EVERYTHING, from, progress: true });
    await readEverything(this.#recorder.client(name, store), this.#options.single);
  }

  #arm(fault: Fault | undefined): void {
    const disk = this.#disk;
    const at = disk.steps + 1 + this.#random.below(this.#options.calls * 2);
    const length = 1 + this.#random.below(20);
    if (fault === "cut" || fault === "kill") disk.cutAt(at);
    if (fault === "eio") disk.inject(() => (disk.steps === at ? new StoreError("io", "EIO") : undefined));
    if (fault?.startsWith("full")) {
      disk.inject((step) => {
        const needsSpace = step === "create" || step === "write";
        return needsSpace && disk.steps >= at && disk.steps < at + length
          ? new StoreError("full", "no space left")
          : undefined;
      });
    }
    if (fault?.startsWith("full and")) disk.cutAt(at + 1 + this.#random.below(length));
  }

  /** The next life finds what this one left. */
  async #die(fault: Fault | undefined): Promise<void> {
    this.#disk.inject(() => undefined);
    // The timers of the dead never fire.
    this.#clock = createVirtualClock(this.#clock.now());
    const mode = MODES[this.#random.below(MODES.length)] ?? "torn";
    if (fault?.endsWith("cut")) this.#disk = createFaultDisk(this.#disk.afterCut(mode, this.#random));
    else this.#disk = this.#disk.revive();
  }
}
