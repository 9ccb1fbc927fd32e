import { getGenesis } from "@ethereumjs/genesis";
import { toBeHex, toQuantity } from "ethers";

import {
  BEACON_ROOTS,
  CONSOLIDATION_REQUESTS,
  DEPOSIT_CONTRACT,
  SYSTEM_ADDRESS,
  WITHDRAWAL_REQUESTS,
} from "../src/consensus/systemContracts.ts";

/** A chain that lets accounts be written, as Hardhat's does. */
export interface SimulatedProvider {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** Balance alone, or balance, code and storage; all hex. */
type GenesisAccount = string | [balance: string, code: string, storage: [slot: string, value: string][]];

/** Hoodi began with all of them in place. */
const HOODI_CHAIN_ID = 560048;
const HEX_ONE_ETHER = "0xde0b6b3a7640000";

/** Code and storage of an account that a chain begins with; all hex. */
export interface SystemContract {
  readonly address: string;
  readonly code: string;
  readonly slots: readonly string[];
  readonly values: readonly string[];
}

/** Those that the pool uses: the deposit contract and the predeploys of EIP-7002, EIP-7251 and EIP-4788. */
const USED = [DEPOSIT_CONTRACT, WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS, BEACON_ROOTS];

/**
 * System contracts as Hoodi began with them.
 * @param addresses Of those to give; the ones that the pool uses when left out.
 * @throws If Hoodi did not begin with one of them.
 */
export function systemContracts(addresses: readonly string[] = USED): SystemContract[] {
  const genesis = (getGenesis(HOODI_CHAIN_ID) ?? {}) as Record<string, GenesisAccount>;
  const accounts = new Map(Object.entries(genesis).map(([address, account]) => [address.toLowerCase(), account]));
  return addresses.map((address) => {
    const account = accounts.get(address.toLowerCase());
    if (typeof account !== "object") throw new Error(`no code of ${address} in the genesis state`);
    const [, code, storage] = account;
    const slots = storage.map(([slot]) => toBeHex(BigInt(slot), 32));
    return { address, code, slots, values: storage.map(([, value]) => toBeHex(BigInt(value), 32)) };
  });
}

/**
 * Puts the system contracts where Ethereum has them, with their real code and storage, and ends one block as a consensus
 * client would, so that the predeploys tell their fee.
 */
export async function installSystemContracts(provider: SimulatedProvider): Promise<void> {
  for (const { address, code, slots, values } of systemContracts()) {
    await provider.request({ method: "hardhat_setCode", params: [address, code] });
    for (const [i, slot] of slots.entries())
      await provider.request({
        method: "hardhat_setStorageAt",
        params: [address, toQuantity(slot), values[i]],
      });
  }
  await endBlock(provider);
}

/** Makes the system calls that take the requests of a block out of the predeploys and set their fees. */
export async function endBlock(provider: SimulatedProvider): Promise<void> {
  await provider.request({ method: "hardhat_impersonateAccount", params: [SYSTEM_ADDRESS] });
  await provider.request({ method: "hardhat_setBalance", params: [SYSTEM_ADDRESS, HEX_ONE_ETHER] });
  for (const to of [WITHDRAWAL_REQUESTS, CONSOLIDATION_REQUESTS])
    await provider.request({ method: "eth_sendTransaction", params: [{ from: SYSTEM_ADDRESS, to, data: "0x" }] });
  await provider.request({ method: "hardhat_stopImpersonatingAccount", params: [SYSTEM_ADDRESS] });
}
