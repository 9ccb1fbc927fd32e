import { depositDataRoot } from "../../../../src/consensus/deposit.ts";
import type { Gwei } from "../../../../src/units/ether.ts";
import { ETHER } from "../../../helpers/accounts.ts";
import type { TestSuite } from "../../../helpers/suite.ts";

const ONE_ETHER_GWEI = 10n ** 9n;

/** One ether of somebody else for a key of his own, which changes the number of deposits. */
export async function foreignDeposit({ chain, poolETH }: TestSuite): Promise<void> {
  const depositContract = await chain.ethers.getContractAt("IDepositContract", await poolETH.DEPOSIT_CONTRACT());
  const data = {
    pubkey: new Uint8Array(48).fill(7),
    withdrawalCredentials: new Uint8Array(32).fill(1),
    amount: ONE_ETHER_GWEI as Gwei,
    signature: new Uint8Array(96).fill(3),
  };
  const { pubkey, withdrawalCredentials, signature } = data;
  const root = depositDataRoot(data);
  await depositContract.deposit(pubkey, withdrawalCredentials, signature, root, { value: ETHER });
}
