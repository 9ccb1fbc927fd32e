/** A turn of fewer slots may be over before the block with its transaction is known, so that two members pay. */
export const LEAST_TURN_SLOTS = 2n;

/** The frame that a reference slot ends, counted from the first one. */
export function frameNumber(refSlot: bigint, slotsPerFrame: bigint): bigint {
  return (refSlot + 1n) / slotsPerFrame - 1n;
}

/**
 * How many members come before one in a frame: the order moves on by one with each frame, so that all pay for gas
 * equally often.
 * @param members All, in the order of the committee.
 * @returns Nothing if it is none of them.
 */
export function placeInFrame(members: readonly string[], member: string, frame: bigint): number | undefined {
  const index = members.indexOf(member);
  if (index === -1) return undefined;
  const count = members.length;
  return (index - Number(frame % BigInt(count)) + count) % count;
}

/** From when on the member at a place sends, seconds, if nobody before it did. */
export function turnTime(since: bigint, place: number, turnSeconds: number): bigint {
  return since + BigInt(Math.ceil(place * turnSeconds));
}
