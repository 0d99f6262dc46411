// The one list of rules.
import type { Rule } from "./project.ts";
import { addresses } from "./rules/addresses.ts";
import { ambient } from "./rules/ambient.ts";
import { clock } from "./rules/clock.ts";
import { cycles } from "./rules/cycles.ts";
import { deadFiles } from "./rules/dead-files.ts";
import { declared } from "./rules/declared.ts";
import { docs } from "./rules/docs.ts";
import { doors } from "./rules/doors.ts";
import { firstLine } from "./rules/first-line.ts";
import { generated } from "./rules/generated.ts";
import { indexFiles } from "./rules/index-files.ts";
import { lockfile } from "./rules/lockfile.ts";
import { manifests } from "./rules/manifests.ts";
import { markers } from "./rules/markers.ts";
import { names } from "./rules/names.ts";
import { platform } from "./rules/platform.ts";
import { ranks } from "./rules/ranks.ts";
import { reserved } from "./rules/reserved.ts";
import { shellStrings } from "./rules/shell-strings.ts";
import { sizes } from "./rules/sizes.ts";

export const rules: Readonly<Record<string, Rule>> = {
  ranks,
  platform,
  doors,
  declared,
  reserved,
  cycles,
  manifests,
  lockfile,
  "index-files": indexFiles,
  sizes,
  "first-line": firstLine,
  names,
  "dead-files": deadFiles,
  clock,
  ambient,
  "shell-strings": shellStrings,
  markers,
  generated,
  addresses,
  docs,
};
