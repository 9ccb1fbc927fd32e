/**
 * Does something with each item, with no more than so many of them under way at once.
 * @param advance Called after each with how many more are done.
 * @returns The results in the order of the items, whichever came first.
 * @throws What the first one that fails throws; no further ones are begun.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
  advance?: (done: number) => void,
): Promise<R[]> {
  const results = new Map<number, R>();
  const waiting = [...items.entries()].reverse();
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [i, item] = next;
      try {
        results.set(i, await map(item));
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
      advance?.(1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
