import type { KeySpan } from "./signedMessages.ts";

/** Where a key stands in the pool's batches. */
export interface KeyPlace {
  readonly batchId: bigint;
  readonly position: number;
}

/** A batch, and how many of its keys were activated: those before a position. */
export interface ActivatedKeys {
  readonly batchId: bigint;
  readonly activated: number;
}

/** Bounds of one list of spans. */
export interface SpanLimits {
  readonly maxKeys: number;
  readonly maxSpans: number;
}

/**
 * Where the keys stand that the pool staked to, in the order of the stakes: keys are activated by their owner nonces, which
 * batches have in the order of their numbers.
 */
export function placesOfStakes(batches: readonly ActivatedKeys[]): KeyPlace[] {
  return batches.flatMap(({ batchId, activated }) =>
    Array.from({ length: activated }, (_, position) => ({ batchId, position })),
  );
}

/**
 * Joins places to lists of spans, each of one batch and within the limits: the same lists whoever makes them.
 * @param places Ascending by batch and position.
 */
export function spansOf(places: readonly KeyPlace[], { maxKeys, maxSpans }: SpanLimits): KeySpan[][] {
  const lists: KeySpan[][] = [];
  let list: KeySpan[] = [];
  let keys = 0;
  for (const { batchId, position } of places) {
    const span = { batchId, from: position, to: position + 1 };
    const last = list.at(-1);
    const isSameList = last?.batchId === batchId && keys < maxKeys;
    if (isSameList && last.to === position) list[list.length - 1] = { ...last, to: position + 1 };
    else if (isSameList && list.length < maxSpans) list.push(span);
    else {
      list = [span];
      lists.push(list);
      keys = 0;
    }
    keys++;
  }
  return lists;
}
