// Label selectors: the text form of queries and the structured form in objects, as one matcher.
import type { LabelSelector } from "../meta/object-meta.ts";
import { labelValue, qualifiedName } from "../names.ts";

/** Labels of an object. */
export type Labels = Readonly<Record<string, string>>;
export type SelectorOperator = "in" | "notin" | "exists" | "!" | "gt" | "lt";

/** One rule: `values` is empty for `exists` and `!`. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** Rules that must all hold; no rules match everything. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  matches(labels: Labels | undefined): boolean;
}

/** Thrown for text or objects that are not selectors; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = "SelectorError";
}

const NO_LABELS: Labels = {};
const INT64 = 2n ** 63n;

/** A whole number of 64 bits; undefined for any other text. */
function integerOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d{1,64}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  return value >= -INT64 && value < INT64 ? value : undefined;
}

/** Whether both are whole numbers, and the label's is on the right side of the rule's. */
function isBeyond(operator: "gt" | "lt", value: string | undefined, limit: string | undefined): boolean {
  const [mine, theirs] = [integerOf(value), integerOf(limit)];
  if (mine === undefined || theirs === undefined) return false;
  return operator === "gt" ? mine > theirs : mine < theirs;
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "in":
      return value !== undefined && values.includes(value);
    case "notin":
      return value === undefined || !values.includes(value);
    case "gt":
    case "lt":
      return isBeyond(operator, value, values[0]);
  }
}

/** A selector of the given rules. */
export function selectorOf(requirements: readonly Requirement[]): Selector {
  return {
    requirements,
    matches: (labels = NO_LABELS) => requirements.every((requirement) => holds(requirement, labels)),
  };
}

/** Matches every object. */
export const everything: Selector = selectorOf([]);
/** Matches no object. */
export const nothing: Selector = { requirements: [], matches: () => false };

/** A selector of plain equalities, as Service and ReplicationController use. */
export function selectorFromLabels(labels: Labels): Selector {
  return selectorOf(Object.entries(labels).map(([key, value]) => ({ key, operator: "in", values: [value] })));
}

const OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
  Gt: "gt",
  Lt: "lt",
};

/** A selector from its structured form: absent selects nothing, empty selects everything. */
export function selectorFromObject(object: LabelSelector | undefined): Selector {
  if (!object) return nothing;
  const equalities = Object.entries(object.matchLabels ?? {}).map(
    ([key, value]): Requirement => ({ key, operator: "in", values: [value] }),
  );
  const rules = (object.matchExpressions ?? []).map(({ key, operator, values = [] }): Requirement => {
    const known = OPERATORS[operator];
    if (!known) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
    return { key, operator: known, values };
  });
  return selectorOf([...equalities, ...rules]);
}

const TOKEN = /\s*(?:(!=|==|=|!|,|\(|\)|<|>)|([^\s!=<>,()]+))/y;

function tokens(text: string): readonly string[] {
  const found: string[] = [];
  const { length } = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < length) {
    const match = TOKEN.exec(text);
    if (!match) throw new SelectorError(`unable to parse requirement: unexpected text in ${JSON.stringify(text)}`);
    found.push(match[1] ?? match[2] ?? "");
  }
  return found;
}

const isWord = (token: string | undefined): token is string =>
  token !== undefined && !/^(!=|==|=|!|,|\(|\)|<|>)$/.test(token);

/** Reads tokens one after another. */
interface Cursor {
  readonly list: readonly string[];
  at: number;
}

const UNPARSED = "unable to parse requirement: ";

function expected(cursor: Cursor, what: string, where = UNPARSED): SelectorError {
  return new SelectorError(`${where}found '${cursor.list[cursor.at] ?? ""}', expected: ${what}`);
}

function parseSet(cursor: Cursor): readonly string[] {
  if (cursor.list[cursor.at] !== "(") throw expected(cursor, "'('");
  cursor.at++;
  const values: string[] = [];
  for (;;) {
    const token = cursor.list[cursor.at];
    if (isWord(token)) {
      values.push(token);
      cursor.at++;
    } else values.push("");
    const next = cursor.list[cursor.at++];
    if (next === ")") return [...new Set(values)].sort();
    if (next !== ",") {
      cursor.at--;
      throw expected(cursor, "',', or ')'");
    }
  }
}

function parseOne(cursor: Cursor): readonly string[] {
  const token = cursor.list[cursor.at];
  if (!isWord(token)) return [""];
  cursor.at++;
  return [token];
}

function parseRule(cursor: Cursor, key: string): Requirement {
  const token = cursor.list[cursor.at];
  if (token === undefined || token === ",") return { key, operator: "exists", values: [] };
  cursor.at++;
  switch (token) {
    case "=":
    case "==":
      return { key, operator: "in", values: parseOne(cursor) };
    case "!=":
      return { key, operator: "notin", values: parseOne(cursor) };
    case "in":
    case "notin":
      return { key, operator: token, values: parseSet(cursor) };
    case ">":
    case "<":
      return { key, operator: token === ">" ? "gt" : "lt", values: parseOne(cursor) };
    default:
      cursor.at--;
      throw expected(cursor, "in, notin, =, ==, !=, gt, lt");
  }
}

function checked(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement;
  const refuse = (place: string, value: string, why: string): never => {
    throw new SelectorError(`${UNPARSED}${place}: Invalid value: ${JSON.stringify(value)}: ${why}`);
  };
  const keyFault = qualifiedName(key);
  if (keyFault) refuse("key", key, keyFault);
  for (const [index, value] of values.entries()) {
    if ((operator === "gt" || operator === "lt") && integerOf(value) === undefined)
      refuse(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer");
    const fault = labelValue(value);
    if (fault) refuse(`values[${index}][${key}]`, value, fault);
  }
  return requirement;
}

function parseRequirement(cursor: Cursor): Requirement {
  const negated = cursor.list[cursor.at] === "!";
  if (negated) cursor.at++;
  const key = cursor.list[cursor.at];
  if (!isWord(key)) throw expected(cursor, "identifier");
  cursor.at++;
  return checked(negated ? { key, operator: "!", values: [] } : parseRule(cursor, key));
}

/** Parses the text form (`app=web,tier in (a,b),!canary`); throws {@link SelectorError}. */
export function parseLabelSelector(text: string): Selector {
  const cursor: Cursor = { list: tokens(text), at: 0 };
  const starts = (): boolean => cursor.list[cursor.at] === "!" || isWord(cursor.list[cursor.at]);
  const requirements: Requirement[] = [];
  while (cursor.at < cursor.list.length) {
    if (!starts()) throw expected(cursor, "!, identifier, or 'end of string'", "");
    requirements.push(parseRequirement(cursor));
    if (cursor.at === cursor.list.length) break;
    if (cursor.list[cursor.at] !== ",") throw expected(cursor, "',' or 'end of string'", "");
    cursor.at++;
    if (!starts()) throw expected(cursor, "identifier after ','", "");
  }
  return selectorOf(requirements);
}

function ruleText({ key, operator, values }: Requirement): string {
  if (operator === "exists") return key;
  if (operator === "!") return `!${key}`;
  if (operator === "gt" || operator === "lt") return `${key}${operator === "gt" ? ">" : "<"}${values[0] ?? ""}`;
  if (values.length === 1) return `${key}${operator === "in" ? "=" : "!="}${values[0]}`;
  return `${key} ${operator} (${[...values].sort().join(",")})`;
}

/** The text form of a selector, rules ordered by key. */
export function formatLabelSelector(selector: Selector): string {
  return [...selector.requirements]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(ruleText)
    .join(",");
}
