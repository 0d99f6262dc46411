// Keeps answers of later plugins for as long as their records live, within bounds.
import type { Clock } from "@knots/std";
import type { Answer, Plugin } from "../resolver.ts";

export interface CacheOptions {
  readonly clock: Clock;
  /** Most answers kept; the oldest go first. */
  readonly entries?: number;
  /** Longest life in seconds of answers with records, and of those without. */
  readonly maxTtl?: number;
  readonly maxNegativeTtl?: number;
}

interface Entry {
  readonly answer: Answer;
  readonly storedAt: number;
  readonly ttl: number;
}

function lifetime(answer: Answer, positive: number, negative: number): number {
  if (answer.code !== "NOERROR" && answer.code !== "NXDOMAIN") return 0;
  const records = answer.answers.length > 0 ? answer.answers : (answer.authorities ?? []);
  const shortest = Math.min(...records.map((record) => record.ttl));
  return Math.min(answer.answers.length > 0 ? positive : negative, records.length > 0 ? shortest : 0);
}

function aged({ answer }: Entry, seconds: number): Answer {
  const older = answer.answers.map((record) => ({ ...record, ttl: Math.max(0, record.ttl - seconds) }));
  return { ...answer, answers: older };
}

/** A cache in front of the plugins after it; questions under way are asked once. */
export function cache({ clock, entries = 10_000, maxTtl = 3600, maxNegativeTtl = 30 }: CacheOptions): Plugin {
  const kept = new Map<string, Entry>();
  const running = new Map<string, Promise<Answer>>();
  const store = (key: string, answer: Answer): void => {
    const ttl = lifetime(answer, maxTtl, maxNegativeTtl);
    if (ttl <= 0) return;
    kept.delete(key);
    kept.set(key, { answer, storedAt: clock.now(), ttl });
    if (kept.size > entries) for (const oldest of kept.keys()) return void kept.delete(oldest);
  };
  return async (question, next) => {
    const key = `${question.type} ${question.name}`;
    const entry = kept.get(key);
    const age = entry ? (clock.now() - entry.storedAt) / 1000 : 0;
    if (entry && age < entry.ttl) return aged(entry, Math.floor(age));
    const pending = running.get(key);
    if (pending) return pending;
    const asked = next(question);
    running.set(key, asked);
    try {
      const answer = await asked;
      store(key, answer);
      return answer;
    } finally {
      running.delete(key);
    }
  };
}
