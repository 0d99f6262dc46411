// Turns address answers around, so that clients which take the first one spread.
import type { Random } from "@knots/std";
import type { Plugin, ResourceRecord } from "../resolver.ts";

/** Shuffles A and AAAA records; aliases stay in front. */
export function shuffle(random: Random): Plugin {
  return async (question, next) => {
    const answer = await next(question);
    const isAddress = (record: ResourceRecord): boolean => record.type === "A" || record.type === "AAAA";
    const addresses = answer.answers.filter(isAddress);
    if (addresses.length < 2) return answer;
    for (let index = addresses.length - 1; index > 0; index--) {
      const other = random.below(index + 1);
      const [a, b] = [addresses[index] as ResourceRecord, addresses[other] as ResourceRecord];
      addresses[index] = b;
      addresses[other] = a;
    }
    return { ...answer, answers: [...answer.answers.filter((record) => !isAddress(record)), ...addresses] };
  };
}
