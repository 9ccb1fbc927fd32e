import { integerWeights } from "./integerWeights.ts";

/** Positions of operators that might sign together. */
export type Subset = readonly number[];

/** Of so many operators as SSV accepts there are at most 715; more come from operators that pretend to be another one. */
const MAX_SUBSETS = 1_000;
/** Each cluster whose operators answer in another selection. */
const MAX_CACHED = 64;

const cached = new Map<string, readonly Subset[]>();

/**
 * All ways to choose a threshold among answers, those that are quick to combine first.
 * @param ids Operator ids that the answers claim; none is in a subset twice.
 * @returns Positions, ascending; at most 1,000 subsets.
 */
export function subsetsOf(ids: readonly bigint[], threshold: number): readonly Subset[] {
  const name = `${threshold} of ${ids.join()}`;
  const known = cached.get(name);
  if (known !== undefined) return known;
  const found: Subset[] = [];
  choose([], 0);
  const isQuick = (subset: Subset): boolean => integerWeights(subset.map((i) => ids[i] ?? 0n)) !== undefined;
  const quick = found.filter(isQuick);
  const subsets = [...quick, ...found.filter((subset) => !quick.includes(subset))];
  if (cached.size >= MAX_CACHED) cached.clear();
  cached.set(name, subsets);
  return subsets;

  function choose(chosen: Subset, from: number): void {
    if (chosen.length === threshold) found.push(chosen);
    else
      for (let i = from; i < ids.length && found.length < MAX_SUBSETS; i++) {
        if (chosen.some((j) => ids[j] === ids[i])) continue;
        choose([...chosen, i], i + 1);
      }
  }
}
