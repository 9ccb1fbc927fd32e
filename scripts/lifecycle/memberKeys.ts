import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { developmentAccounts } from "../../devnet/execution/accounts.ts";

/** Private keys of the oracle members of a pool on a devnet, in the order of the committee. */
export function memberKeys(): string[] {
  const accounts = developmentAccounts();
  return LOCAL_ACCOUNTS.members
    .flatMap((number) => accounts[number] ?? [])
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
    .map(({ privateKey }) => privateKey);
}
