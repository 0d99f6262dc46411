// Splits TypeScript text into tokens and comments: enough to find imports and names, never confused by strings or comments.

export interface Token {
  readonly kind: "word" | "punct" | "string" | "template" | "regex" | "number";
  /** For strings and template pieces the content without quotes; otherwise the characters as written. */
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface Comment {
  readonly value: string;
  readonly line: number;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const word = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy;
const number = /\d[\w.]*/y;
const regex = /\/(?:[^\n\\/[]|\\.|\[(?:[^\n\\\]]|\\.)*\])+\/[a-z]*/y;
const quoted = /(["'])((?:(?!\1)[^\\\n]|\\[\s\S])*)\1?/y;
const templatePiece = /(?:[^\\`$]|\\[\s\S]|\$(?!\{))*/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const punct = /=>|\.\.\.|\?\.|\?\?|&&|\|\||[^\s]/y;
const space = /\s+/y;

/** After these words a slash begins a regular expression; after any other word it divides. */
const beforeRegex = new Set("return typeof case in of delete void throw new else do yield await instanceof".split(" "));

/** Lexes `text`. Never throws: what cannot be understood becomes punctuation. */
export function lex(text: string): Lexed {
  const lexer = new Lexer(text);
  while (!lexer.done) lexer.step();
  return lexer;
}

class Lexer implements Lexed {
  readonly tokens: Token[] = [];
  readonly comments: Comment[] = [];
  readonly #text: string;
  /** Depth of braces at which each open template literal goes on. */
  readonly #templates: number[] = [];
  #at = 0;
  #line = 1;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  step(): void {
    const line = this.#line;
    if (this.#take(space) !== undefined) return;
    const note = this.#take(comment);
    if (note !== undefined) {
      this.comments.push({ value: note, line });
      return;
    }
    const token = this.#plainToken(line);
    if (token) this.tokens.push(token);
    else this.#punctuation(line);
  }

  #plainToken(line: number): Token | undefined {
    const name = this.#take(word);
    if (name !== undefined) return { kind: "word", value: name, line };
    const digits = this.#take(number);
    if (digits !== undefined) return { kind: "number", value: digits, line };
    const text = this.#take(quoted);
    if (text !== undefined)
      return { kind: "string", value: text.slice(1, text.at(-1) === text[0] ? -1 : undefined), line };
    const pattern = this.#regexMayStart() ? this.#take(regex) : undefined;
    return pattern === undefined ? undefined : { kind: "regex", value: pattern, line };
  }

  #punctuation(line: number): void {
    const mark = this.#take(punct) ?? "";
    if (mark === "{") this.#depth++;
    if (mark === "}") this.#depth--;
    const back = mark === "}" && this.#templates.at(-1) === this.#depth;
    if (back) this.#templates.pop();
    if (back || mark === "`") this.#template();
    else this.tokens.push({ kind: "punct", value: mark, line });
  }

  /** Reads one piece of a template up to its end or to the next `${`. */
  #template(): void {
    const line = this.#line;
    this.tokens.push({ kind: "template", value: this.#take(templatePiece) ?? "", line });
    if (this.#text.startsWith("${", this.#at)) {
      this.#templates.push(this.#depth++);
      this.#at += 2;
    } else this.#at++;
  }

  #regexMayStart(): boolean {
    const before = this.tokens.at(-1);
    if (before === undefined) return true;
    if (before.kind === "word") return beforeRegex.has(before.value);
    return before.kind === "punct" && !/^[)\]}]$/.test(before.value);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    for (let i = found.indexOf("\n"); i >= 0; i = found.indexOf("\n", i + 1)) this.#line++;
    return found;
  }
}
