/**
 * Asks one after the other until one answers.
 * @param items In the order of preference; at least one.
 * @throws What the last one failed with.
 */
export async function firstThatWorks<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R> {
  const [first, ...others] = items;
  if (first === undefined) throw new Error("there is nobody to ask: name at least one");
  try {
    return await ask(first);
  } catch (error) {
    if (others.length === 0) throw error;
    return firstThatWorks(others, ask);
  }
}
