import { concat, dataLength, toBeHex } from "ethers";

import { buildApproval, signApproval, type Approvals } from "../../clients/activation.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import type { Gwei } from "../../src/units/ether.ts";
import { fromHex, toHex } from "../../src/units/hex.ts";
import type { StakeKeysStruct } from "../../typechain-types/contracts/custody/PoolETH.ts";
import type { TestSuite } from "./suite.ts";
import { impersonate } from "./transaction.ts";

const STAKE_GWEI = 32_000_000_000n as Gwei;
const PUBKEY_LENGTH = 48;

/** Keys that the deposit contract takes; their signatures are made up, which only the consensus layer would see. */
export async function makeStakeKeys(suite: TestSuite, count: number, firstIndex: number): Promise<StakeKeysStruct> {
  const credentials = fromHex(await suite.poolETH.withdrawalCredentials(false), "withdrawalCredentials", 32);
  const keys = Array.from({ length: count }, (_, i) => {
    const pubkey = fromHex(toBeHex(firstIndex + i + 1, PUBKEY_LENGTH), "pubkey");
    const signature = fromHex(toBeHex(firstIndex + i + 1, 96), "signature");
    const root = depositDataRoot({ pubkey, withdrawalCredentials: credentials, amount: STAKE_GWEI, signature });
    return { pubkey: toHex(pubkey), signature: toHex(signature), root: toHex(root) };
  });
  return {
    pubkeys: concat(keys.map(({ pubkey }) => pubkey)),
    signatures: concat(keys.map(({ signature }) => signature)),
    depositDataRoots: concat(keys.map(({ root }) => root)),
    amountGwei: STAKE_GWEI,
    compounding: false,
  };
}

/** The committee's approval of keys, as of the newest block. */
export async function approveStake(suite: TestSuite, keys: StakeKeysStruct, validSeconds?: bigint): Promise<Approvals> {
  const approval = await buildApproval(suite.poolETH, { keys }, validSeconds);
  return signApproval(suite.poolETH, approval, suite.members.slice(0, 3));
}

/** Stakes 32 ETH to each of some new keys in the pool manager's name, without a registration at SSV. */
export async function stakeKeys(suite: TestSuite, count: number): Promise<void> {
  const poolManager = await suite.poolManager.getAddress();
  const firstIndex = Number((await suite.poolETH.totalStaked()) / (32n * 10n ** 18n));
  const keys = await makeStakeKeys(suite, count, firstIndex);
  const { guard, approvals } = await approveStake(suite, keys);
  await impersonate(suite.chain, poolManager);
  const caller = await suite.chain.ethers.getSigner(poolManager);
  await suite.poolETH.connect(caller).stake(keys, dataLength(keys.pubkeys) / PUBKEY_LENGTH, guard, approvals);
}
