// The key that Secrets are encrypted with unless somebody says otherwise, and files that say otherwise.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Encryption } from "@knots/apiserver";
import { keptFile, type Owner } from "@knots/host";
import type { Clock, Logger, Timer } from "@knots/std";

/** Where the configuration of a cluster that was given none is. */
export const encryptionFileOf = (dataDir: string): string => `${dataDir}/pki/encryption.yaml`;

/** A key of its own for each cluster; its name tells whose key a value needs. */
function newConfiguration(): string {
  return `# Secrets in the store cannot be read without this file: keep a copy of it beside every backup.
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - aesgcm:
          keys:
            - name: key-${randomBytes(4).toString("hex")}
              secret: ${randomBytes(32).toString("base64")}
      - identity: {}
`;
}

/** The text of that configuration: Secrets with AES-GCM, plain ones still readable. Made with a new key when it is missing. */
export const defaultEncryption = (dataDir: string, owner?: Owner): Promise<string> =>
  keptFile(encryptionFileOf(dataDir), newConfiguration, owner);

/** Milliseconds between two looks at the file. */
const PERIOD = 5000;

export interface ReloadOptions {
  readonly encryption: Encryption;
  readonly file: string;
  /** What was loaded from it. */
  readonly text: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Loads the file again when it changes; one that cannot be used is told of once, and changes nothing. Answers how to stop that. */
export function reloadEncryption({ encryption, file, text, clock, log }: ReloadOptions): () => void {
  /** The file as it was dealt with last; undefined when it could not be read. */
  let seen: string | undefined = text;
  const look = async (): Promise<void> => {
    const found = await readFile(file, "utf8").catch(
      (error: unknown) => new Error("it cannot be read", { cause: error }),
    );
    const state = found instanceof Error ? undefined : found;
    if (state === seen) return;
    seen = state;
    try {
      if (found instanceof Error) throw found;
      await encryption.replace(found);
      log.info("the encryption configuration was loaded again", { file });
    } catch (error) {
      log.error("the new encryption configuration cannot be used, the one before stays", { file, error });
    }
  };
  const next = (): Timer =>
    clock.setTimer(
      PERIOD,
      () => {
        timer = next();
        looked = looked.then(look);
      },
      { background: true },
    );
  // One look after the other: what was read last is what was there last.
  let looked = Promise.resolve();
  let timer = next();
  return () => timer.cancel();
}
