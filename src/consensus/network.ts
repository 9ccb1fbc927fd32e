import { FieldError } from "../units/errors.ts";
import { fromHex, type Hex } from "../units/hex.ts";
import { DEPOSIT_CONTRACT } from "./systemContracts.ts";

/** What of a network enters a deposit and its signature, and how its files call it. */
export interface Network {
  /** Name as the deposit-cli writes it in `network_name`. */
  readonly name: string;
  /** Chain id of the execution layer (EIP-155). */
  readonly chainId: bigint;
  /** `GENESIS_FORK_VERSION` of the consensus configuration, 4 bytes. */
  readonly genesisForkVersion: Hex;
  /** `DEPOSIT_CONTRACT_ADDRESS` of the consensus configuration. */
  readonly depositContract: string;
}

/** No network is known by that name or chain id, or its fork version is malformed. */
export class NetworkError extends FieldError {}

/** Ethereum. Source: ethereum/consensus-specs `configs/mainnet.yaml`. */
export const MAINNET: Network = {
  name: "mainnet",
  chainId: 1n,
  genesisForkVersion: "0x00000000",
  depositContract: DEPOSIT_CONTRACT,
};

/** The public test network. Source: eth-clients/hoodi `metadata/config.yaml`. */
export const HOODI: Network = {
  name: "hoodi",
  chainId: 560048n,
  genesisForkVersion: "0x10000910",
  depositContract: DEPOSIT_CONTRACT,
};

/** A chain on this machine; it signs deposits as mainnet does. */
export const LOCAL: Network = localNetwork(MAINNET.genesisForkVersion);

/** What is known without a file. */
export const BUILT_IN_NETWORKS: readonly Network[] = [MAINNET, HOODI, LOCAL];

/**
 * A chain on this machine whose consensus layer has its own genesis fork version.
 * @param genesisForkVersion 4 bytes.
 * @throws {HexFormatError} If that is not 4 bytes.
 */
export function localNetwork(genesisForkVersion: Hex): Network {
  fromHex(genesisForkVersion, "genesisForkVersion", 4);
  return { name: "local", chainId: 31337n, genesisForkVersion, depositContract: DEPOSIT_CONTRACT };
}

/**
 * The one of some networks that has this chain id.
 * @throws {NetworkError} If there is none.
 */
export function networkByChainId(chainId: bigint, networks: readonly Network[]): Network {
  return find(
    networks.find((network) => network.chainId === chainId),
    "chain id",
    chainId.toString(),
    networks.map(({ chainId }) => chainId.toString()),
  );
}

/**
 * The one of some networks that the deposit-cli calls by this name.
 * @throws {NetworkError} If there is none.
 */
export function networkByName(name: string, networks: readonly Network[]): Network {
  return find(
    networks.find((network) => network.name === name),
    "network name",
    name,
    networks.map(({ name }) => name),
  );
}

function find(network: Network | undefined, field: string, value: string, known: readonly string[]): Network {
  if (network !== undefined) return network;
  const remedy = `use one of ${known.join(", ")}, or describe the network in a file that NETWORK_FILE names`;
  throw new NetworkError(field, value, "is unknown", remedy);
}
