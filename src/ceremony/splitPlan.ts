import { checkOperatorIds, sameOperators } from "../ssv/committee.ts";
import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";

/** Keys and operators that do not go together. */
export class AssignmentError extends FieldError {}

/** The operators of consecutive keys. */
export interface Assignment {
  /** Position of the first key among the keys of the ceremony, from 0 on. */
  readonly from: number;
  /** Position after the last one. */
  readonly to: number;
  /** Ascending. */
  readonly operatorIds: readonly bigint[];
}

/** A batch to be made: consecutive nonces, the same operators. */
export interface PlannedBatch {
  readonly firstNonce: bigint;
  readonly operatorIds: readonly bigint[];
  /** Positions of its keys among the keys of the ceremony, ascending. */
  readonly positions: readonly number[];
}

const RANGE = /^(\d+)-(\d+):([\d,]+)$/;
const IDS = /^\d+(?:,\d+)*$/;
const REMEDY = "write ids as 1,2,3,4 for all keys, or ranges as '0-19:1,2,3,4 20-39:5,6,7,8'";

/**
 * Reads which operators get which keys: ids for all keys, or ranges of positions, each with its ids, separated by
 * spaces. Every key has to be in one range.
 * @param count How many keys there are.
 * @returns By ascending position; ids are sorted.
 * @throws {AssignmentError} If a text is neither, or ranges overlap, leave out a key or exceed them.
 * @throws {OperatorIdsError} If ids are no committee SSV accepts.
 */
export function parseAssignments(text: string, count: number, field = "operators"): Assignment[] {
  if (IDS.test(text)) return [{ from: 0, to: count, operatorIds: parseIds(text, field) }];
  const assignments = text
    .trim()
    .split(/\s+/)
    .map((part): Assignment => {
      const [, first = "", last = "", ids = ""] = RANGE.exec(part) ?? [];
      if (!IDS.test(ids)) throw new AssignmentError(field, part, "is no range of keys with operator ids", REMEDY);
      return { from: Number(first), to: Number(last) + 1, operatorIds: parseIds(ids, field) };
    })
    .sort((a, b) => a.from - b.from);
  let next = 0;
  for (const { from, to } of assignments) {
    const range = `${from}-${to - 1}`;
    if (to <= from) throw new AssignmentError(field, range, "ends before it begins", REMEDY);
    if (from !== next)
      throw new AssignmentError(
        field,
        range,
        from < next ? "overlaps the range before it" : `leaves out key ${next}`,
        "give each key to one range",
      );
    next = to;
  }
  const last = assignments.at(-1);
  if (next !== count)
    throw new AssignmentError(
      field,
      `${last?.from ?? 0}-${next - 1}`,
      next < count ? `leaves out key ${next}` : `goes beyond the last key, ${count - 1}`,
      `give each of the ${count} keys, 0 to ${count - 1}, to one range`,
    );
  return assignments;
}

/** The operators that the key at a position is given to; none if no range has it. */
export function operatorsAt(assignments: readonly Assignment[], position: number): readonly bigint[] {
  return assignments.find(({ from, to }) => from <= position && position < to)?.operatorIds ?? [];
}

/**
 * Gives the keys that have no shares yet to batches: nonces follow on each other in the order of the keys, and a batch
 * ends where the operators change.
 * @param pubkeys All keys of the ceremony.
 * @param hasShares Keys that need none.
 * @param firstNonce Nonce of the first key that needs them.
 */
export function planSplit(
  pubkeys: readonly Hex[],
  hasShares: ReadonlySet<Hex>,
  assignments: readonly Assignment[],
  firstNonce: bigint,
): PlannedBatch[] {
  const batches: { firstNonce: bigint; operatorIds: readonly bigint[]; positions: number[] }[] = [];
  let nonce = firstNonce;
  pubkeys.forEach((pubkey, position) => {
    if (hasShares.has(pubkey)) return;
    const operatorIds = operatorsAt(assignments, position);
    const open = batches.at(-1);
    if (open !== undefined && sameOperators(open.operatorIds, operatorIds)) open.positions.push(position);
    else batches.push({ firstNonce: nonce, operatorIds, positions: [position] });
    nonce++;
  });
  return batches;
}

function parseIds(text: string, field: string): bigint[] {
  const ids = text.split(",").map(BigInt);
  ids.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  checkOperatorIds(ids, field);
  return ids;
}
