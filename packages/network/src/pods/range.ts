// IPv4 networks in CIDR form: their first address, and whether two of them overlap.

/** A network: its lowest address as a number, and how many bits name it. */
export interface Range {
  readonly base: number;
  readonly bits: number;
}

function addressNumber(text: string): number | undefined {
  const parts = text.split(".");
  const numbers = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || numbers.some((part) => part > 255)) return undefined;
  return numbers.reduce((sum, part) => sum * 256 + part, 0);
}

function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

const sizeOf = ({ bits }: Range): number => 2 ** (32 - bits);

/** Reads `10.244.0.0/24`; an address alone is a network of one. Undefined for anything else. */
export function parseRange(text: string): Range | undefined {
  const [address = "", length = "32", ...rest] = text.split("/");
  const value = addressNumber(address);
  const bits = /^\d{1,2}$/.test(length) ? Number(length) : 33;
  if (value === undefined || bits > 32 || rest.length > 0) return undefined;
  const size = 2 ** (32 - bits);
  return { base: Math.floor(value / size) * size, bits };
}

/** The address `index` places after the network's own. */
export function addressIn(range: Range, index: number): string {
  return addressText(range.base + index);
}

/** Whether all of `inner` lies in `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  return inner.bits >= outer.bits && inner.base >= outer.base && inner.base < outer.base + sizeOf(outer);
}

/** Whether two networks share an address. */
export const overlaps = (a: Range, b: Range): boolean => contains(a, b) || contains(b, a);
