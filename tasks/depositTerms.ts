import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { networkByChainId, networkByName } from "../clients/networks.ts";
import { checkDepositAmount, MIN_ACTIVATION_GWEI } from "../src/consensus/deposit.ts";
import type { Network } from "../src/consensus/network.ts";
import { withdrawalCredentials } from "../src/consensus/withdrawalCredentials.ts";
import type { DepositTerms } from "../src/keys/depositData.ts";
import { parseEtherAsGwei } from "../src/units/ether.ts";
import { fromHex, type Hex } from "../src/units/hex.ts";
import { connectNetwork, openPool } from "./connect.ts";
import { InputError, parseAddress } from "./input.ts";
import { requireSameChain } from "./network.ts";

/** What a task is told about the deposits of keys. */
export interface TermsArguments {
  readonly pool: string | undefined;
  /** Name of a network, for machines without one. */
  readonly chain: string | undefined;
  readonly withdrawalAddress: string | undefined;
  readonly compounding: boolean;
  readonly amount: string | undefined;
}

/**
 * What the deposits of keys are to say: those of a pool pay to its withdrawal vault, those of a staking service to the
 * address it names. Nothing is asked of a chain if both that and the network are named.
 * @throws {InputError | FieldError} If an argument is unusable.
 */
export async function findDepositTerms(hre: HardhatRuntimeEnvironment, args: TermsArguments): Promise<DepositTerms> {
  const { chain, withdrawalAddress, compounding } = args;
  requireSameChain(hre, chain);
  const amount = amountOf(args);
  const prefix = compounding ? "0x02" : "0x01";
  if (withdrawalAddress !== undefined) {
    const credentials = withdrawalCredentials(parseAddress(withdrawalAddress, "withdrawalAddress"), prefix);
    checkDepositAmount({ withdrawalCredentials: fromHex(credentials, "withdrawalAddress"), amount });
    return { withdrawalCredentials: credentials, amount, network: await findNetwork(hre, chain) };
  }
  if (chain !== undefined)
    throw new InputError(
      "withdrawalAddress",
      "nothing",
      "is missing: without a connection nobody knows the pool",
      "name the pool's withdrawal vault, which `pool status` shows, or leave out --chain",
    );
  if (compounding)
    throw new InputError(
      "compounding",
      "no --withdrawal-address",
      "is for the keys of a staking service: a pool's have 0x01 credentials",
      "name the service's address with --withdrawal-address, or leave it out",
    );
  const { pool, chainId } = await openPool(await connectNetwork(hre, true), args.pool);
  return {
    withdrawalCredentials: (await pool.poolETH.withdrawalCredentials(false)) as Hex,
    amount,
    network: networkByChainId(chainId),
  };
}

/**
 * The network that is named, or else the one that is connected.
 * @throws {NetworkError} If it is unknown.
 */
export async function findNetwork(hre: HardhatRuntimeEnvironment, chain: string | undefined): Promise<Network> {
  if (chain !== undefined) return networkByName(chain);
  const connection = await connectNetwork(hre, true);
  return networkByChainId((await connection.ethers.provider.getNetwork()).chainId);
}

function amountOf({ amount, compounding }: TermsArguments): DepositTerms["amount"] {
  if (amount === undefined) return MIN_ACTIVATION_GWEI;
  if (!compounding)
    throw new InputError("amount", amount, "needs compounding credentials", "leave it out: 0x01 takes exactly 32 ETH");
  return parseEtherAsGwei(amount, "amount");
}
