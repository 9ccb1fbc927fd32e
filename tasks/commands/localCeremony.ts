import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { writeCeremony } from "../../clients/ceremonyFolder.ts";
import { fetchOperatorKeys } from "../../clients/operators.ts";
import { generateCeremony } from "../../src/ceremony/generate.ts";
import { MIN_ACTIVATION_GWEI } from "../../src/consensus/deposit.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { ValidatorKeychain } from "../../src/keys/derivation.ts";
import type { ListedOperator } from "../../src/ssv/keysharesFile.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { networkOf } from "../network.ts";
import type { PrintableRecord } from "../output.ts";

/** A well-known development mnemonic: these keys hold nothing, anywhere. */
const MNEMONIC = "test test test test test test test test test test test junk";
const OPERATORS = 4;
const NOTE = `# Development keys

These validator keys come from a mnemonic that everybody knows, and were made by one process on one machine. They are for
a chain on this machine only. Never deposit to them on a public network.`;

/**
 * Makes development keys for the local chain's first operators and the pool's next nonces, and writes them to a folder.
 * @param createdAt Time to state in the files, ISO 8601.
 * @throws {FieldError} If the chain is not local, or the folder holds a ceremony already.
 */
export async function writeLocalCeremony(
  opened: PoolConnection,
  folder: string,
  count: number,
  createdAt: string,
): Promise<PrintableRecord> {
  requireLocal(opened, "development keys are known to everybody");
  const { poolETH, poolManager, clusterManager } = opened.pool;
  const owner = await clusterManager.getAddress();
  const firstNonce = await poolManager.nextNonce();
  const operators = await fetchOperators(opened);
  const { ceremony, files } = generateCeremony(
    {
      keychain: ValidatorKeychain.fromMnemonic(MNEMONIC),
      // No two batches share a nonce, and so none of them shares a key.
      firstKeyIndex: Number(firstNonce),
      count,
      operators,
      owner,
      firstNonce,
      withdrawalCredentials: (await poolETH.withdrawalCredentials(false)) as Hex,
      amount: MIN_ACTIVATION_GWEI,
      network: LOCAL,
    },
    createdAt,
  );
  writeCeremony(folder, files, NOTE);
  return { folder, keys: ceremony.keys.length, firstNonce, operators: operators.map(({ id }) => id), owner };
}

/**
 * Refuses a network that is configured for another chain, before a connection asks for its variables.
 * @throws {InputError} If it is.
 */
export function requireLocalNetwork({ config, globalOptions }: HardhatRuntimeEnvironment): void {
  const network = networkOf({ globalOptions });
  const chainId = config.networks[network]?.chainId;
  if (chainId !== undefined && BigInt(chainId) !== LOCAL.chainId)
    throw new InputError(
      "network",
      `${network}, chain id ${chainId}`,
      "is not local: this task is for local chains only",
      "use --network local",
    );
}

/**
 * Refuses chains that are not on this machine.
 * @throws {InputError} With the reason.
 */
export function requireLocal({ isLocal, chainId, connection }: PoolConnection, reason: string): void {
  if (!isLocal || chainId !== LOCAL.chainId)
    throw new InputError(
      "network",
      `${connection.networkName}, chain id ${chainId}`,
      `is not local: ${reason}`,
      "use --network local",
    );
}

/** The first operators registered at SSV, with the keys that shares are encrypted for. */
async function fetchOperators({ pool: { ssvNetwork } }: PoolConnection): Promise<ListedOperator[]> {
  const operators = await fetchOperatorKeys(ssvNetwork);
  if (operators.length < OPERATORS)
    throw new InputError("operators", `${operators.length}`, "are too few at SSV", "start the chain with `local up`");
  return operators.slice(0, OPERATORS);
}
