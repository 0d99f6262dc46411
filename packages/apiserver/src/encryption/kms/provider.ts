// Values whose keys are made from a seed that a KMS plugin keeps: the plugin is asked at the start and when its key changes, not for each value.
import type { Clock, Logger, Timer } from "@knots/std";
import type { Ciphers, ValueCipher } from "../cipher.ts";
import type { Transformer } from "../transformer.ts";
import {
  decodeEnvelope,
  encodeEnvelope,
  type PluginStatus,
  SEED,
  type SealedSeed,
  type StoredEnvelope,
} from "./messages.ts";
import type { KmsPlugin } from "./plugin.ts";
import { checkSeed, keepSeeds, type Seeds } from "./seeds.ts";

/** Milliseconds between two looks at a plugin that is well, and at one that is not. */
const WELL = 60_000;
const ILL = 10_000;
/** Milliseconds that values may still be written for after the plugin was well for the last time. */
const LIFE = 180_000;
const SEED_LENGTH = 32;
const VERSIONS = ["v2", "v2beta1"];

export interface KmsProviderOptions {
  readonly name: string;
  readonly plugin: KmsPlugin;
  readonly ciphers: Ciphers;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface KmsProvider {
  readonly transformer: Transformer;
  /** Resolves when the plugin was asked for the first time, well or not. */
  readonly ready: Promise<void>;
  /** What is wrong with the plugin; undefined while it is well. */
  readonly fault: () => string | undefined;
  readonly close: () => void;
}

interface Writer {
  readonly seed: SealedSeed;
  readonly cipher: ValueCipher;
  readonly until: number;
}

function checkStatus({ version, healthz, keyId }: PluginStatus): void {
  if (healthz !== "ok") throw new Error(`got unexpected healthz status: ${healthz}`);
  if (!VERSIONS.includes(version)) throw new Error(`expected KMSv2 API version v2, got ${version}`);
  if (keyId === "") throw new Error("expected KMSv2 KeyID to be set, got none");
}

const isOf = ({ keyId }: SealedSeed, { seed, type }: StoredEnvelope): boolean => type === SEED && seed.keyId === keyId;

/** What values are written with, kept in step with the plugin until `close`. */
interface Upkeep extends Omit<KmsProvider, "transformer"> {
  /** Throws when the plugin has not been well for too long, or never was. */
  readonly writer: () => Writer;
  /** The seed that is written with; undefined when there is none yet. */
  readonly seed: () => SealedSeed | undefined;
}

function keepWriter({ name, plugin, ciphers, clock, log }: KmsProviderOptions, seeds: Seeds): Upkeep {
  let writer: Writer | undefined;
  let fault: string | undefined = "it was not asked yet";
  let closed = false;
  let timer: Timer | undefined;
  const newWriter = async (): Promise<Omit<Writer, "until">> => {
    const plain = ciphers.random(SEED_LENGTH);
    const seed = await plugin.encrypt(plain);
    checkSeed(seed);
    const cipher = ciphers.seeded(plain);
    seeds.remember({ seed, type: SEED }, cipher);
    return { seed, cipher };
  };
  const look = async (): Promise<void> => {
    const status = await plugin.status();
    checkStatus(status);
    const kept = writer?.seed.keyId === status.keyId ? writer : undefined;
    writer = { ...(kept ?? (await newWriter())), until: clock.now() + LIFE };
    if (!kept) log.info("values are encrypted with a key of a KMS plugin", { plugin: name, key: writer.seed.keyId });
  };
  const watch = async (): Promise<void> => {
    const before = fault;
    fault = await look().then(() => undefined, textOf);
    if (fault !== undefined && fault !== before) log.error("a KMS plugin is not well", { plugin: name, fault });
    if (!closed) timer = clock.setTimer(fault === undefined ? WELL : ILL, () => void watch(), { background: true });
  };
  return {
    ready: watch(),
    fault: () => fault,
    seed: () => writer?.seed,
    writer() {
      if (!writer) throw new Error(`the KMS plugin ${name} is not well: ${fault}`);
      if (clock.now() <= writer.until) return writer;
      throw new Error(`the KMS plugin ${name} has not been well for too long: ${fault}`);
    },
    close() {
      closed = true;
      timer?.cancel();
      plugin.close();
    },
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Opens the provider and looks after it until `close`. */
export function openKmsProvider(options: KmsProviderOptions): KmsProvider {
  const seeds = keepSeeds(options);
  const { writer, seed: current, ...upkeep } = keepWriter(options, seeds);
  const transformer: Transformer = {
    toStorage(plain, associated) {
      const { seed, cipher } = writer();
      return encodeEnvelope({ data: cipher.seal(plain, associated), seed, type: SEED });
    },
    fromStorage(stored, associated) {
      const envelope = decodeEnvelope(stored);
      const plain = seeds.cipherOf(envelope).open(envelope.data, associated);
      const now = current();
      return { plain, stale: now !== undefined && !isOf(now, envelope) };
    },
    prepare(stored) {
      try {
        return seeds.open(decodeEnvelope(stored));
      } catch {
        // Reading it tells what is wrong.
        return undefined;
      }
    },
  };
  return { ...upkeep, transformer };
}
