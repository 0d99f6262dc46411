// Runs a decoder on inputs that nobody vouches for: it may refuse them with its declared error, and must neither break nor take long.
// KNOTS_FUZZ_SEED and KNOTS_FUZZ_ROUNDS (per decoder) make a longer run; the same seed gives the same inputs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom } from "@knots/std";
import { type Material, mutated, type Units } from "./mutate.ts";

/** How inputs of a decoder are taken apart into units and put together. */
export interface Form<I> {
  readonly limit: number;
  readonly units: (input: I) => Units;
  readonly input: (units: Units) => I;
}

const CHUNK = 4096;

/** Texts, lone surrogates included. */
export const TEXT: Form<string> = {
  limit: 0x10000,
  units: (text) => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)),
  input: (units) => {
    let text = "";
    for (let at = 0; at < units.length; at += CHUNK) text += String.fromCharCode(...units.slice(at, at + CHUNK));
    return text;
  },
};
/** Byte strings. */
export const BYTES: Form<Uint8Array> = {
  limit: 256,
  units: (bytes) => [...bytes],
  input: (units) => Uint8Array.from(units),
};

/** One input that is made to hurt: large, deep, or with lies in it. */
export interface Hostile<I> {
  readonly says: string;
  readonly input: () => I;
  /** Whether it must be refused; otherwise either answer will do. */
  readonly refused?: boolean;
}

/** A decoder under test. */
export interface FuzzTarget<I> {
  readonly name: string;
  readonly form: Form<I>;
  /** Valid inputs; they are run as they are, too, and must not be refused. */
  readonly samples: readonly I[];
  readonly tokens?: readonly string[];
  readonly hostile?: readonly Hostile<I>[];
  /** Decodes; may check what came out of it, too. */
  readonly run: (input: I) => unknown;
  /** Whether an error is the declared one. */
  readonly declared: (error: unknown) => boolean;
  /** Longest mutated input (units; default 4096). */
  readonly longest?: number;
  /** Rounds of the short run (default 500). */
  readonly rounds?: number;
}

const SEED = Number(process.env["KNOTS_FUZZ_SEED"] ?? 1);
const ROUNDS = process.env["KNOTS_FUZZ_ROUNDS"];
/** Time on the processor for one input (milliseconds), whoever else is busy: far more than any needs, far less than a hang. */
const LIMIT = 1000;
const HOSTILE_LIMIT = 6000;

const processorTime = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

function shown(input: unknown): string {
  const text = input instanceof Uint8Array ? `hex ${Buffer.from(input).toString("hex")}` : JSON.stringify(input);
  return text.length > 2000 ? `${text.slice(0, 2000)}... (${text.length})` : text;
}

/** Runs one input; resolves with whether it was refused. Fails on any other error and on a long time. */
async function one<I>(target: FuzzTarget<I>, input: I, limit: number): Promise<boolean> {
  const before = processorTime();
  let refused = false;
  try {
    await target.run(input);
  } catch (error) {
    refused = target.declared(error);
    if (!refused) throw new Error(`not the declared error for ${shown(input)}`, { cause: error });
  }
  const took = processorTime() - before;
  if (took > limit) throw new Error(`${Math.round(took)} ms for ${shown(input)}`);
  return refused;
}

function materialOf<I>({ form, samples, tokens = [], longest = 4096 }: FuzzTarget<I>): Material {
  const encode = (text: string): Units => (form.limit === 256 ? [...new TextEncoder().encode(text)] : TEXT.units(text));
  return { samples: samples.map(form.units), tokens: tokens.map(encode), limit: form.limit, longest };
}

async function rounds<I>(target: FuzzTarget<I>, random: Random): Promise<void> {
  const material = materialOf(target);
  const count = ROUNDS === undefined ? (target.rounds ?? 500) : Number(ROUNDS);
  for (let round = 0; round < count; round++) await one(target, target.form.input(mutated(random, material)), LIMIT);
}

/** The tests of a decoder: its samples pass, hostile inputs are survived, and so is whatever is near the samples. */
export function fuzz<I>(target: FuzzTarget<I>): void {
  test(`fuzz: ${target.name}: what is valid passes, and nothing near it does harm (seed ${SEED})`, async () => {
    for (const sample of target.samples) assert.equal(await one(target, sample, LIMIT), false, shown(sample));
    await rounds(target, seededRandom(SEED));
  });
  for (const { says, input, refused } of target.hostile ?? [])
    test(`fuzz: ${target.name}: ${says}`, async () => {
      const was = await one(target, input(), HOSTILE_LIMIT);
      if (refused === true) assert.ok(was, "it was not refused");
    });
}
