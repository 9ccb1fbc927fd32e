import { listSuperseded } from "../../clients/batchList.ts";
import { chainOf } from "../../clients/committee.ts";
import { findRegistrationsOf } from "../../clients/ssvRegistrations.ts";
import { InputError } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { KeyInventory } from "./planShares.ts";

/**
 * Checks that no other account for which shares of the keys were made runs them: with shares for two accounts, two
 * clusters would sign with the same keys.
 * @param account For which new shares are to be made.
 * @throws {InputError} Naming the first key that one of them has registered, and not removed since.
 */
export async function requireNoOtherOwner(
  { ssvNetwork }: Pick<SSVConnection, "ssvNetwork">,
  { folder, pubkeys, batches }: Pick<KeyInventory, "folder" | "pubkeys" | "batches">,
  account: string,
): Promise<void> {
  const owners = new Set([...batches, ...listSuperseded(folder)].map(({ owner }) => owner));
  owners.delete(account);
  const newest = owners.size === 0 ? 0 : await chainOf(ssvNetwork).getBlockNumber();
  for (const owner of owners) {
    const registrations = await findRegistrationsOf(ssvNetwork, new Set(pubkeys), owner, newest);
    const live = registrations.find(({ isRemoved }) => !isRemoved);
    if (live !== undefined)
      throw new InputError(
        "account",
        live.pubkey,
        `${owner} has registered this key, and its operators would run it beside those of ${account}, until it is slashed`,
        "name the account that registered it, or split other keys",
      );
  }
}
