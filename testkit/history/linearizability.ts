// Is there one order of the operations that explains all answers and agrees with real time? The search of Wing and Gong with Lowe's memory of dead ends,
// as in Porcupine, for operations whose outcome may be unknown.
import type { Operation } from "./operation.ts";
import { showOperation } from "./text.ts";

/**
 * A sequential object. `step` gives every state that may stand after an operation took effect on a state, the same object when it changes nothing;
 * none: its answer is impossible there.
 */
export interface Sequential<S> {
  readonly start: S;
  step(state: S, operation: Operation): readonly S[];
  /** Equal for equal states. */
  key(state: S): string;
  /** Whether a history may end here; absent: anywhere. */
  mayEnd?(state: S): boolean;
}

export type Verdict<S> =
  /** `order`: one explanation, operations of unknown outcome that never happened left out. `state`: what it ends in. */
  | { readonly type: "linearizable"; readonly order: readonly Operation[]; readonly state: S; readonly steps: number }
  /** No order explains the answers. `explained`: the longest beginning that can be; `stuck`: what could come next and cannot. */
  | {
      readonly type: "broken";
      readonly explained: readonly Operation[];
      readonly stuck: readonly Operation[];
      readonly state: S;
      readonly steps: number;
    }
  /** The search reached its limit: nothing is known. A test must count this as a failure. */
  | { readonly type: "gave-up"; readonly steps: number; readonly explained: number };

const DEFAULT_LIMIT = 5_000_000;

/** Judges a history. `limit`: most steps of the model that are tried. */
export function linearize<S>(model: Sequential<S>, history: readonly Operation[], limit = DEFAULT_LIMIT): Verdict<S> {
  return new Search(model, history, limit).run();
}

interface Frame<S> {
  readonly state: S;
  /** The operation that led here; undefined at the root. */
  readonly taken: number | undefined;
  readonly optional: boolean;
  /** What else may come next, tried one by one. */
  readonly next: Iterator<Move<S>>;
  /** Latest start among the operations taken so far. */
  readonly latest: number;
}

interface Move<S> {
  readonly state: S;
  readonly index: number;
  readonly optional: boolean;
}

class Search<S> {
  readonly #model: Sequential<S>;
  readonly #limit: number;
  /** Operations that happened, by start; then those that may have. */
  readonly #certain: readonly Operation[];
  readonly #optional: readonly Operation[];
  readonly #taken: { readonly certain: Uint8Array; readonly optional: Uint8Array };
  /** Random-looking marks whose exclusive or names a set of operations. */
  readonly #marks: { readonly certain: readonly Mark[]; readonly optional: readonly Mark[] };
  readonly #dead = new Set<string>();
  #set: Mark = [0, 0];
  /** Everything certain before this was taken. */
  #low = 0;
  #left: number;
  #steps = 0;
  #best: {
    readonly depth: number;
    readonly order: readonly Operation[];
    readonly state: S;
    readonly stuck: readonly Operation[];
  };

  constructor(model: Sequential<S>, history: readonly Operation[], limit: number) {
    this.#model = model;
    this.#limit = limit;
    const sorted = [...history].sort((a, b) => a.start - b.start);
    this.#certain = sorted.filter(({ outcome }) => outcome.type !== "unknown");
    this.#optional = sorted.filter(({ outcome }) => outcome.type === "unknown");
    this.#taken = { certain: new Uint8Array(this.#certain.length), optional: new Uint8Array(this.#optional.length) };
    const random = marks();
    this.#marks = { certain: this.#certain.map(random), optional: this.#optional.map(random) };
    this.#left = this.#certain.length;
    this.#best = { depth: -1, order: [], state: model.start, stuck: [] };
  }

  run(): Verdict<S> {
    const root = { state: this.#model.start, taken: undefined, optional: false, latest: Number.NEGATIVE_INFINITY };
    const stack: Frame<S>[] = [{ ...root, next: this.#moves(root.state, root.latest) }];
    for (;;) {
      const top = stack.at(-1);
      if (top === undefined)
        return {
          type: "broken",
          explained: this.#best.order,
          stuck: this.#best.stuck,
          state: this.#best.state,
          steps: this.#steps,
        };
      if (this.#left === 0 && (this.#model.mayEnd?.(top.state) ?? true))
        return { type: "linearizable", order: this.#orderOf(stack), state: top.state, steps: this.#steps };
      if (this.#steps > this.#limit) return { type: "gave-up", steps: this.#steps, explained: this.#best.order.length };
      const { value: move } = top.next.next();
      if (move === undefined) this.#backtrack(stack);
      else this.#advance(stack, move, top.latest);
    }
  }

  #advance(stack: Frame<S>[], { state, index, optional }: Move<S>, latest: number): void {
    this.#take(index, optional);
    const key = `${this.#set[0]} ${this.#set[1]} ${this.#model.key(state)}`;
    if (this.#dead.has(key)) {
      this.#untake(index, optional);
      return;
    }
    this.#dead.add(key);
    const { start } = this.#operation(index, optional);
    const now = Math.max(latest, start);
    stack.push({ state, taken: index, optional, latest: now, next: this.#moves(state, now) });
  }

  #backtrack(stack: Frame<S>[]): void {
    const frame = stack.at(-1) as Frame<S>;
    const depth = stack.length - 1;
    if (depth > this.#best.depth) {
      const stuck = this.#window().map((at) => this.#operation(at, false));
      this.#best = { depth, order: this.#orderOf(stack), state: frame.state, stuck };
    }
    stack.pop();
    if (frame.taken !== undefined) this.#untake(frame.taken, frame.optional);
  }

  /** The certain operations that may come next: nobody else who is still to come had ended before they began. */
  #window(): number[] {
    const found: number[] = [];
    let end = Number.POSITIVE_INFINITY;
    for (let at = this.#low; at < this.#certain.length; at++) {
      const operation = this.#certain[at] as Operation;
      if (operation.start > end) break;
      if (this.#taken.certain[at] === 1) continue;
      found.push(at);
      end = Math.min(end, operation.end);
    }
    return found.filter((at) => (this.#certain[at] as Operation).start <= end);
  }

  *#moves(state: S, latest: number): Generator<Move<S>, undefined> {
    const window = this.#window();
    const end = Math.min(...window.map((at) => (this.#certain[at] as Operation).end));
    // Who ended first comes first most of the time.
    window.sort((a, b) => (this.#certain[a] as Operation).end - (this.#certain[b] as Operation).end);
    const changes: Move<S>[] = [];
    for (const index of window) {
      const moves = this.#try(state, index, false);
      // What changes nothing and can come now may as well, unless it would be too late then for what may have happened before.
      const silent = moves.find((move) => move.state === state);
      if (silent !== undefined && !this.#closesDoor(index, latest)) {
        yield silent;
        return undefined;
      }
      changes.push(...moves);
    }
    yield* changes;
    for (const [index, operation] of this.#optional.entries()) {
      if (operation.start > end) break;
      if (this.#taken.optional[index] === 1 || operation.end < latest) continue;
      yield* this.#try(state, index, true).filter((move) => move.state !== state);
    }
    return undefined;
  }

  /** Whether an operation of unknown outcome could come now, and no longer after this one. */
  #closesDoor(index: number, latest: number): boolean {
    const { start } = this.#operation(index, false);
    return this.#optional.some(({ end }, at) => this.#taken.optional[at] === 0 && end >= latest && end < start);
  }

  #try(state: S, index: number, optional: boolean): Move<S>[] {
    this.#steps++;
    return this.#model.step(state, this.#operation(index, optional)).map((next) => ({ state: next, index, optional }));
  }

  #operation(index: number, optional: boolean): Operation {
    return (optional ? this.#optional : this.#certain)[index] as Operation;
  }

  #take(index: number, optional: boolean): void {
    this.#flip(index, optional);
    if (optional) return;
    this.#left--;
    while (this.#taken.certain[this.#low] === 1) this.#low++;
  }

  #untake(index: number, optional: boolean): void {
    this.#flip(index, optional);
    if (optional) return;
    this.#left++;
    this.#low = Math.min(this.#low, index);
  }

  #flip(index: number, optional: boolean): void {
    const side = optional ? "optional" : "certain";
    this.#taken[side][index] = 1 - (this.#taken[side][index] ?? 0);
    const [a, b] = this.#marks[side][index] as Mark;
    this.#set = [this.#set[0] ^ a, this.#set[1] ^ b];
  }

  #orderOf(stack: readonly Frame<S>[]): Operation[] {
    return stack.flatMap(({ taken, optional }) => (taken === undefined ? [] : this.#operation(taken, optional)));
  }
}

type Mark = readonly [number, number];

/** Numbers without a pattern, the same in every run. */
function marks(): () => Mark {
  let seed = 0x9e37_79b9;
  const next = (): number => {
    seed = (seed + 0x6d2b_79f5) | 0;
    const mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
    return mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
  };
  return () => [next(), next()];
}

/** What to tell a person about a verdict that is not `linearizable`. */
export function explain<S>(verdict: Verdict<S>): string {
  if (verdict.type === "linearizable") return "linearizable";
  if (verdict.type === "gave-up")
    return `gave up after ${verdict.steps} steps, ${verdict.explained} operations explained: nothing is known`;
  const lines = [
    "no order explains the answers; the last that can be explained:",
    ...verdict.explained.slice(-8).map(showOperation),
  ];
  if (verdict.stuck.length === 0) return [...lines, "and watchers saw more, which nobody can have done"].join("\n  ");
  return [...lines, "and then none of:", ...verdict.stuck.slice(0, 12).map(showOperation)].join("\n  ");
}
