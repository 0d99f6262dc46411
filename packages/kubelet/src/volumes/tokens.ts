// Tokens of service accounts for pods: asked for once, kept, and asked for again in time.
import { type Pod, ServiceAccount, type ServiceAccountTokenProjection, TokenRequest } from "@knots/api";
import type { Client } from "@knots/client";
import type { KubeObject } from "@knots/machinery";
import { type Clock, type Logger, parseTime, type Random } from "@knots/std";
import { VolumeError } from "./error.ts";
import type { TokenOf } from "./projected.ts";

export interface PodTokens {
  readonly token: TokenOf;
  /** When the first of the pod's tokens should be asked for again (milliseconds since the epoch); undefined without tokens. */
  refreshAt(uid: string): number | undefined;
  forget(uid: string): void;
}

interface Held {
  readonly token: string;
  readonly expiresAt: number;
  readonly refreshAt: number;
}

export interface TokensOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const DAY = 86_400_000;
const JITTER = 10_000;
const RETRY = 10_000;

/** A token is renewed when 80 % of its life are over, a little earlier by chance, and at the latest after a day. */
export function refreshTime(issuedAt: number, expiresAt: number, random: Random): number {
  const spread = Math.min(JITTER, (expiresAt - issuedAt) / 20) * random.next();
  return Math.min(issuedAt + DAY, issuedAt + (expiresAt - issuedAt) * 0.8 - spread);
}

async function askFor(options: TokensOptions, pod: Pod, source: ServiceAccountTokenProjection): Promise<Held> {
  const { client, clock, random } = options;
  const { name, namespace, uid } = pod.metadata;
  const request: KubeObject = {
    apiVersion: "authentication.k8s.io/v1",
    kind: TokenRequest.kind,
    metadata: {},
    spec: {
      audiences: source.audience ? [source.audience] : [],
      expirationSeconds: source.expirationSeconds ?? 3600,
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
    },
  } as KubeObject;
  const account = { namespace, name: pod.spec?.serviceAccountName || "default" };
  const issuedAt = clock.now();
  const answer = (await client.createSubresource(ServiceAccount, account, "token", request)) as TokenRequest;
  const { token, expirationTimestamp } = answer.status ?? {};
  const expiresAt = parseTime(expirationTimestamp ?? "");
  if (!token || Number.isNaN(expiresAt)) throw new VolumeError("failed to fetch token: the answer holds none");
  return { token, expiresAt, refreshAt: refreshTime(issuedAt, expiresAt, random) };
}

/** Creates the holder of tokens. */
export function createPodTokens(options: TokensOptions): PodTokens {
  const { clock, log } = options;
  const pods = new Map<string, Map<string, Held>>();

  const renewed = async (pod: Pod, source: ServiceAccountTokenProjection, old: Held | undefined): Promise<Held> => {
    try {
      return await askFor(options, pod, source);
    } catch (cause) {
      const words = cause instanceof Error ? cause.message : String(cause);
      if (!old || old.expiresAt <= clock.now()) throw new VolumeError(`failed to fetch token: ${words}`, { cause });
      log.warn("a token could not be renewed yet", { pod: pod.metadata.name, error: cause });
      return { ...old, refreshAt: clock.now() + RETRY };
    }
  };
  return {
    async token(pod, source) {
      const { uid } = pod.metadata;
      const tokens = pods.get(uid) ?? new Map<string, Held>();
      pods.set(uid, tokens);
      const id = JSON.stringify([source.audience, source.expirationSeconds]);
      const old = tokens.get(id);
      if (old && clock.now() < old.refreshAt) return old.token;
      const fresh = await renewed(pod, source, old);
      if (pods.get(uid) === tokens) tokens.set(id, fresh);
      return fresh.token;
    },
    refreshAt(uid) {
      const times = [...(pods.get(uid)?.values() ?? [])].map(({ refreshAt }) => refreshAt);
      return times.length > 0 ? Math.min(...times) : undefined;
    },
    forget: (uid) => void pods.delete(uid),
  };
}
