import { toBeHex, toQuantity } from "ethers";

import { systemContracts } from "../../clients/systemContracts.ts";
import {
  BEACON_ROOTS,
  CONSOLIDATION_REQUESTS,
  DEPOSIT_CONTRACT,
  HISTORY_STORAGE,
  WITHDRAWAL_REQUESTS,
} from "../../src/consensus/systemContracts.ts";

/** What an execution chain begins with. */
export interface ExecutionGenesisInput {
  readonly chainId: number;
  /** Seconds. */
  readonly timestamp: number;
  /** Balances in wei by address. */
  readonly accounts: Readonly<Record<string, bigint>>;
}

interface GenesisAccount {
  readonly balance: string;
  readonly nonce?: string;
  readonly code?: string;
  readonly storage?: Readonly<Record<string, string>>;
}

/** A genesis file as geth reads it. */
export type ExecutionGenesis = ReturnType<typeof executionGenesis>;

const CONTRACTS = [DEPOSIT_CONTRACT, BEACON_ROOTS, HISTORY_STORAGE, WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS];
/** Gas that a block has room for, as on mainnet. */
export const BLOCK_GAS_LIMIT = 60_000_000;
const BASE_FEE_WEI = 1_000_000_000;
/** EIP-7691. */
const PRAGUE_BLOBS = { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 };
/** EIP-4844. */
const CANCUN_BLOBS = { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 };
const ZERO_HASH = toBeHex(0, 32);

/**
 * Genesis of a chain that has merged and runs Prague from its first block, with the deposit contract and the system
 * contracts of EIP-2935, EIP-4788, EIP-7002 and EIP-7251 as Hoodi began with them.
 */
export function executionGenesis({ chainId, timestamp, accounts }: ExecutionGenesisInput) {
  const alloc: Record<string, GenesisAccount> = {};
  for (const [address, balance] of Object.entries(accounts)) alloc[address] = { balance: toQuantity(balance) };
  for (const { address, code, slots, values } of systemContracts(CONTRACTS)) {
    const storage = Object.fromEntries(slots.map((slot, i) => [slot, values[i] ?? ZERO_HASH]));
    alloc[address] = { balance: "0x0", nonce: "0x1", code, storage };
  }
  return {
    config: chainConfig(chainId),
    alloc,
    timestamp: toQuantity(timestamp),
    gasLimit: toQuantity(BLOCK_GAS_LIMIT),
    baseFeePerGas: toQuantity(BASE_FEE_WEI),
    difficulty: "0x0",
    nonce: "0x0",
    extraData: "0x",
    mixHash: ZERO_HASH,
    coinbase: toBeHex(0, 20),
    number: "0x0",
    gasUsed: "0x0",
    parentHash: ZERO_HASH,
    blobGasUsed: "0x0",
    excessBlobGas: "0x0",
  };
}

function chainConfig(chainId: number) {
  return {
    chainId,
    homesteadBlock: 0,
    eip150Block: 0,
    eip155Block: 0,
    eip158Block: 0,
    byzantiumBlock: 0,
    constantinopleBlock: 0,
    petersburgBlock: 0,
    istanbulBlock: 0,
    berlinBlock: 0,
    londonBlock: 0,
    mergeNetsplitBlock: 0,
    terminalTotalDifficulty: 0,
    terminalTotalDifficultyPassed: true,
    shanghaiTime: 0,
    cancunTime: 0,
    pragueTime: 0,
    depositContractAddress: DEPOSIT_CONTRACT,
    blobSchedule: { cancun: CANCUN_BLOBS, prague: PRAGUE_BLOBS },
  };
}
