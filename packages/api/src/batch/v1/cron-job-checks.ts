// Rules of cron jobs: a schedule and a time zone that can be read, and a name that leaves room for those of its jobs.
import { type Check, cronFault, dns1123Subdomain, invalid, type TextCheck } from "@knots/machinery";

/** Names of its jobs are eleven characters longer and must still be DNS labels. */
const MAX_NAME = 52;

export const cronJobName: TextCheck = (name) =>
  dns1123Subdomain(name) ?? (name.length > MAX_NAME ? `must be no more than ${MAX_NAME} characters` : undefined);

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "" && !/^[+-]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function zoneFault(name: string): string | undefined {
  if (name === "") return "timeZone must be nil or non-empty string";
  if (name.toLowerCase() === "local") {
    return "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
  }
  return isTimeZone(name) ? undefined : `unknown time zone ${name}`;
}

interface View {
  readonly schedule?: string;
  readonly timeZone?: string;
}

/** The schedule is one, the time zone exists, and it is said in one place. */
export const scheduleReadable: Check<View> = function* ({ schedule = "", timeZone }, { path, old }) {
  const at = path.child("schedule");
  if (schedule.includes("TZ")) {
    const both = timeZone !== undefined;
    const detail = both
      ? "cannot use both timeZone field and TZ or CRON_TZ in schedule"
      : "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    if (both || old?.schedule !== schedule) yield invalid(at, schedule, detail);
  } else if (schedule !== "") {
    const fault = cronFault(schedule);
    if (fault !== undefined) yield invalid(at, schedule, fault);
  }
  const fault = timeZone === undefined ? undefined : zoneFault(timeZone);
  if (fault !== undefined) yield invalid(path.child("timeZone"), timeZone, fault);
};
