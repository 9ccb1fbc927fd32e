import type { ISSVNetworkViews } from "../typechain-types/index.ts";
import { isRefusal } from "./refusals.ts";

/** Each private operator may cost a call of a contract of its owner's. */
const OPERATORS_PER_CALL = 100;

/**
 * Which operators let an account register validators with them, by their lists or their whitelisting contracts. One
 * whose contract fails lets nobody, as at a registration.
 * @param ids Ascending.
 */
export async function fetchWhitelistings(
  views: ISSVNetworkViews,
  ids: readonly bigint[],
  account: string,
  at: Readonly<{ blockTag: number }>,
): Promise<ReadonlySet<bigint>> {
  const found = new Set<bigint>();
  for (let first = 0; first < ids.length; first += OPERATORS_PER_CALL)
    for (const id of await ask(ids.slice(first, first + OPERATORS_PER_CALL))) found.add(id);
  return found;

  /** A failing contract fails the call for all operators in it, so these are asked by halves. */
  async function ask(some: readonly bigint[]): Promise<bigint[]> {
    try {
      return await views.getWhitelistedOperators([...some], account, at);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (some.length === 1) return [];
      const middle = some.length >> 1;
      return [...(await ask(some.slice(0, middle))), ...(await ask(some.slice(middle)))];
    }
  }
}
