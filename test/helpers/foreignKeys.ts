import { concat, getBytes, keccak256, toBeHex } from "ethers";

import { buildApproval, signApproval } from "../../clients/activation.ts";
import { depositDataRoot } from "../../src/consensus/deposit.ts";
import type { Gwei } from "../../src/units/ether.ts";
import type { StakeKeysStruct } from "../../typechain-types/contracts/custody/PoolETH.ts";
import type { TestSuite } from "./suite.ts";

const STAKE_GWEI = 32_000_000_000n;

/**
 * Keys that are not the pool's: the deposit contract checks neither public keys nor signatures, so it takes them, and the
 * consensus layer gives the stake to whoever deposited to them first.
 */
export async function foreignKeys(
  suite: TestSuite,
  count: number,
  seed = 0,
  amountGwei: bigint = STAKE_GWEI,
): Promise<StakeKeysStruct> {
  const compounding = amountGwei !== STAKE_GWEI;
  const withdrawalCredentials = getBytes(await suite.poolETH.withdrawalCredentials(compounding));
  const keys = Array.from({ length: count }, (_, i) => {
    const word = keccak256(toBeHex(seed * 10_000 + i, 32));
    const pubkey = getBytes(concat([word, word])).slice(0, 48);
    const signature = getBytes(concat([word, word, word]));
    const root = depositDataRoot({ pubkey, withdrawalCredentials, amount: amountGwei as Gwei, signature });
    return { pubkey, signature, root };
  });
  return {
    pubkeys: concat(keys.map(({ pubkey }) => pubkey)),
    signatures: concat(keys.map(({ signature }) => signature)),
    depositDataRoots: concat(keys.map(({ root }) => root)),
    amountGwei,
    compounding,
  };
}

/** What members sign for keys, without asking whose they are: that is the members' part. */
export async function approveKeys(
  suite: TestSuite,
  keys: StakeKeysStruct,
  signers = suite.members.slice(0, 3),
  validSeconds = 3_600n,
) {
  const cluster = { validatorCount: 0, networkFeeIndex: 0, index: 0, active: true, balance: 0 };
  const activation = { batchId: 0, operatorIds: [], keys, sharesData: "0x", proof: [], cluster };
  return signApproval(suite.poolETH, await buildApproval(suite.poolETH, activation, validSeconds), signers);
}
