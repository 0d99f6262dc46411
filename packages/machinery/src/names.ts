// Checks of names, keys and addresses; each says what is wrong in upstream's words, or nothing.

/** Says what is wrong with a text; undefined when it is right. */
export type TextCheck = (value: string) => string | undefined;

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const ENV_NAME = /^[ -<>-~]+$/;

const tooManyBytes = (max: number): string => `must be no more than ${max} bytes`;

function matching(pattern: RegExp, max: number, message: string): TextCheck {
  return (value) => {
    if (value.length > max) return tooManyBytes(max);
    return pattern.test(value) ? undefined : message;
  };
}

/** One DNS label (RFC 1123), at most 63 characters. */
export const dns1123Label: TextCheck = matching(
  LABEL,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
);

/** A DNS name of labels joined by dots (RFC 1123), at most 253 characters. */
export const dns1123Subdomain: TextCheck = matching(
  SUBDOMAIN,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
);

/** One DNS label that starts with a letter (RFC 1035), at most 63 characters. */
export const dns1035Label: TextCheck = matching(
  LABEL_1035,
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
);

/** A wildcard (`*.example.com`) or plain subdomain, as hosts of Ingress rules are. */
export const wildcardSubdomain: TextCheck = (value) =>
  value.startsWith("*.")
    ? matching(
        SUBDOMAIN,
        253,
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      )(value.slice(2))
    : dns1123Subdomain(value);

const QUALIFIED_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** A key such as `app` or `example.com/app`: labels, annotations, finalizers, resource names. */
export const qualifiedName: TextCheck = (value) => {
  const parts = value.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 2)
    return `a qualified name ${QUALIFIED_MESSAGE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    if (prefix === "") return "prefix part must be non-empty";
    const fault = dns1123Subdomain(prefix);
    if (fault) return `prefix part ${fault}`;
  }
  if (name === "") return "name part must be non-empty";
  if (name.length > 63) return `name part ${tooManyBytes(63)}`;
  return QUALIFIED.test(name) ? undefined : `name part ${QUALIFIED_MESSAGE}`;
};

/** The value of a label: empty or at most 63 characters. */
export const labelValue: TextCheck = (value) =>
  value === ""
    ? undefined
    : matching(
        QUALIFIED,
        63,
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      )(value);

/** The name of a container or service port (IANA service name), at most 15 characters. */
export const portName: TextCheck = (value) => {
  if (value.length > 15) return "must be no more than 15 characters";
  if (!/^[-a-z0-9]+$/.test(value)) return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
  if (!/[a-z]/.test(value)) return "must contain at least one letter (a-z)";
  if (value.includes("--")) return "must not contain consecutive hyphens";
  return value.startsWith("-") || value.endsWith("-") ? "must not begin or end with a hyphen" : undefined;
};

/** A name that can stand in a URL path, as RBAC names are. */
export const pathSegmentName: TextCheck = (value) => {
  if (value === "." || value === "..") return `may not be '${value}'`;
  const bad = ["/", "%"].find((character) => value.includes(character));
  return bad ? `may not contain '${bad}'` : undefined;
};

/** A key of a ConfigMap or Secret. */
export const configMapKey: TextCheck = (value) => {
  const fault = matching(
    CONFIG_KEY,
    253,
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  )(value);
  if (fault) return fault;
  if (value === "." || value === "..") return `must not be '${value}'`;
  return value.startsWith("..") ? "must not start with '..'" : undefined;
};

/** The name of an environment variable: printable ASCII without `=`. */
export const envVarName: TextCheck = (value) =>
  ENV_NAME.test(value)
    ? undefined
    : "a valid environment variable name must consist only of printable ASCII characters other than '='";

/** Parses an IPv4 address into its number; undefined when it is not one (leading zeros are refused). */
export function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Writes an IPv4 address. */
export function formatIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

function isGroups(groups: readonly string[]): boolean {
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
}

/** Whether `text` is an IPv6 address (RFC 4291 text form). */
export function isIPv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2 || text === "") return false;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const all = groups.flat();
  const last = all.at(-1);
  const embedded = last !== undefined && parseIPv4(last) !== undefined;
  const plain = embedded ? all.slice(0, -1) : all;
  const length = plain.length + (embedded ? 2 : 0);
  return isGroups(plain) && (halves.length === 2 ? length < 8 : length === 8);
}

/** An IPv4 or IPv6 address. */
export const ipAddress: TextCheck = (value) =>
  parseIPv4(value) !== undefined || isIPv6(value)
    ? undefined
    : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

/** An IPv4 network: first address, size of the prefix, number of addresses. */
export interface Cidr {
  readonly base: number;
  readonly bits: number;
  readonly size: number;
}

/** Parses an IPv4 CIDR; host bits are cleared. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", prefix = ""] = text.split("/");
  const ip = parseIPv4(address);
  if (ip === undefined || !/^\d{1,2}$/.test(prefix) || Number(prefix) > 32) return undefined;
  const size = 2 ** (32 - Number(prefix));
  return { base: Math.floor(ip / size) * size, bits: Number(prefix), size };
}

/** An IPv4 or IPv6 network in CIDR form. */
export const cidr: TextCheck = (value) => {
  const [address = "", prefix = ""] = value.split("/");
  const valid =
    parseCidr(value) !== undefined || (isIPv6(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= 128);
  return valid ? undefined : "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
};
