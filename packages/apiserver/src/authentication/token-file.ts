// Static tokens in upstream's CSV form: token,user,uid,"group1,group2".
import { authenticated, type User } from "../user.ts";

/** The fields of one line; double quotes enclose fields with commas. */
function fieldsOf(line: string): readonly string[] {
  const fields = `${line},`.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*,/g);
  return [...fields].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain?.trim() ?? "");
}

/** Users by token. Lines that are empty or start with `#` are skipped; lines with fewer than three fields are an error. */
export function parseTokenFile(text: string): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [token, name, uid, groups = ""] = fieldsOf(line.trim());
    if (!token || !name || uid === undefined)
      throw new Error(`token file: line ${index + 1} needs token, user and uid`);
    const list = groups.split(",").filter((group) => group !== "");
    users.set(token, { ...authenticated(name, list), ...(uid !== "" && { uid }) });
  }
  return users;
}
