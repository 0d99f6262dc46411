// What a step shows of a program's output: secrets are blanked, and no more is shown than a log should hold.

// This file is mounted into build pods and imports nothing.

const BLANK = "***";
/** Shorter values are part of ordinary words. */
const SHORTEST = 4;
/** Characters that may wait for the end of their line. */
const HELD = 16_384;
/** Most that is shown of one program, in characters; its last words are kept beyond that. */
const SHOWN = 8 * 1024 * 1024;
const TAIL_CHARACTERS = 16_384;

/** A secret as it may be printed: line by line, in a URL, in base64. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret.trim(), ...lines].flatMap((text) => {
    if (text.length < SHORTEST) return [];
    return [text, encodeURIComponent(text), Buffer.from(text).toString("base64").replace(/=+$/, "")];
  });
}

/** Blanks secrets in whole texts. */
export interface Blanker {
  readonly blank: (text: string) => string;
  /** Characters of the longest form of a secret. */
  readonly longest: number;
}

export function blanker(secrets: readonly string[]): Blanker {
  // A longer secret may contain a shorter one.
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const blank = (text: string): string => forms.reduce((left, form) => left.replaceAll(form, BLANK), text);
  return { blank, longest: forms[0]?.length ?? 0 };
}

/** The output of one program, taken as it comes and shown line by line. */
export interface Output {
  /** A reader for one of its streams, which shows what it takes by `show`. */
  readonly stream: (show: (text: string) => void) => {
    readonly take: (text: string) => void;
    readonly end: () => void;
  };
  /** The last characters of all streams, at most 16,384, blanked too. */
  readonly tail: () => string;
}

export function createOutput({ blank, longest }: Blanker, shownMost: number = SHOWN): Output {
  let tail = "";
  let shown = 0;
  let leftOut = 0;
  const give = (text: string, show: (text: string) => void): void => {
    tail = (tail + text).slice(-TAIL_CHARACTERS);
    if (shown >= shownMost) {
      leftOut += text.length;
      return;
    }
    shown += text.length;
    show(text);
    if (shown >= shownMost)
      show(`\nknots: the log has ${shown} characters; what follows is left out, but for its end\n`);
  };
  return {
    tail: () => tail,
    stream(show) {
      let held = "";
      const flush = (text: string): void => {
        if (text !== "") give(text, show);
      };
      return {
        take(text) {
          held += text;
          const end = held.lastIndexOf("\n") + 1;
          flush(blank(held.slice(0, end)));
          held = held.slice(end);
          if (held.length <= HELD + longest) return;
          // A secret that begins before the cut is complete, so blanked; one that begins after it is still held whole.
          const clean = blank(held);
          const cut = Math.max(0, clean.length - longest);
          flush(clean.slice(0, cut));
          held = clean.slice(cut);
        },
        end() {
          flush(blank(held));
          held = "";
          if (leftOut > 0) show(`knots: ${leftOut} characters are left out; the end:\n${tail}\n`);
          leftOut = 0;
        },
      };
    },
  };
}
