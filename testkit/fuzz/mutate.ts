// Inputs near valid ones: units (bytes or characters) changed, cut, repeated and moved, with pieces of other inputs and of the grammar put in.
import type { Random } from "@knots/std";

/** Bytes of a byte string, or UTF-16 units of a text. */
export type Units = readonly number[];

/** What inputs are made from. */
export interface Material {
  /** Valid inputs; at least one. */
  readonly samples: readonly Units[];
  /** Words and signs that mean something to the decoder. */
  readonly tokens: readonly Units[];
  /** Units are below this number. */
  readonly limit: number;
  /** Longest input that is made. */
  readonly longest: number;
}

const INTERESTING = [
  0, 1, 9, 10, 32, 34, 39, 44, 46, 47, 48, 58, 61, 91, 92, 123, 125, 127, 128, 254, 255, 0xd800, 0xfffe,
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.below(from.length)] as T;

/** A piece of `units`: mostly short. */
function piece(random: Random, units: Units): Units {
  const start = random.below(units.length + 1);
  const most = random.below(4) === 0 ? units.length - start : Math.min(16, units.length - start);
  return units.slice(start, start + random.below(most + 1));
}

const unit = (random: Random, { limit }: Material): number =>
  random.below(3) === 0 ? pick(random, INTERESTING) % limit : random.below(Math.min(limit, 256));

type Mutation = (units: Units, random: Random, material: Material) => Units;

const insert = (units: Units, random: Random, what: Units): Units =>
  units.toSpliced(random.below(units.length + 1), 0, ...what);

const change: Mutation = (units, random, material) =>
  units.length === 0 ? [unit(random, material)] : units.with(random.below(units.length), unit(random, material));
const flip: Mutation = (units, random) => {
  if (units.length === 0) return units;
  const at = random.below(units.length);
  return units.with(at, (units[at] as number) ^ (1 << random.below(7)));
};
const remove: Mutation = (units, random) => {
  const start = random.below(units.length + 1);
  return units.toSpliced(start, 1 + random.below(random.below(4) === 0 ? units.length + 1 : 4));
};
const cut: Mutation = (units, random) => units.slice(0, random.below(units.length + 1));
const add: Mutation = (units, random, material) => insert(units, random, [unit(random, material)]);
const repeat: Mutation = (units, random) => {
  const what = piece(random, units);
  return insert(
    units,
    random,
    Array.from({ length: 1 + random.below(random.below(8) === 0 ? 100 : 3) }, () => what).flat(),
  );
};
const token: Mutation = (units, random, { tokens }) =>
  tokens.length === 0 ? units : insert(units, random, pick(random, tokens));
const swap: Mutation = (units, random, { tokens }) => {
  if (tokens.length === 0 || units.length === 0) return units;
  return units.toSpliced(random.below(units.length), 1 + random.below(4), ...pick(random, tokens));
};
const splice: Mutation = (units, random, { samples }) => insert(units, random, piece(random, pick(random, samples)));
const cross: Mutation = (units, random, { samples }) => {
  const other = pick(random, samples);
  return [...units.slice(0, random.below(units.length + 1)), ...other.slice(random.below(other.length + 1))];
};

const MUTATIONS: readonly Mutation[] = [change, flip, remove, cut, add, repeat, token, token, swap, splice, cross];

/** An input near one of the samples; now and then one of tokens alone, or of nothing that means anything. */
export function mutated(random: Random, material: Material): Units {
  const kind = random.below(20);
  if (kind === 0) return Array.from({ length: random.below(64) }, () => unit(random, material));
  let units: Units =
    kind === 1 && material.tokens.length > 0
      ? Array.from({ length: random.below(24) }, () => pick(random, material.tokens)).flat()
      : pick(random, material.samples);
  for (let left = 1 + random.below(6); left > 0; left--)
    units = pick(random, MUTATIONS)(units, random, material).slice(0, material.longest);
  return units;
}
