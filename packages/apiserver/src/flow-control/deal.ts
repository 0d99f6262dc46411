// Shuffle sharding: each flow is dealt a few queues, so that two flows rarely share all of theirs.

/** FNV-1a over UTF-16 units, from a given start. */
function hash(text: string, start: number): number {
  let value = start;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Different numbers below `deckSize`, always the same ones for the same flow. `handSize` is at most `deckSize`. */
export function deal(flow: string, deckSize: number, handSize: number): readonly number[] {
  const hand: number[] = [];
  for (let round = 0; round < handSize; round++) {
    // Among the cards that are left: those dealt already are stepped over, in rising order.
    let card = hash(flow, 0x811c9dc5 + round) % (deckSize - round);
    for (const dealt of hand.toSorted((a, b) => a - b)) if (card >= dealt) card++;
    hand.push(card);
  }
  return hand;
}
