import { FieldError } from "../units/errors.ts";
import { fromHex, type Hex } from "../units/hex.ts";

/** What of a network enters a deposit signature, and how its files call it. */
export interface Network {
  /** Name as the deposit-cli writes it in `network_name`. */
  readonly name: string;
  /** Chain id of the execution layer (EIP-155). */
  readonly chainId: bigint;
  /** `GENESIS_FORK_VERSION` of the consensus configuration, 4 bytes. */
  readonly genesisForkVersion: Hex;
}

/** No network is known by that name or chain id, or its fork version is malformed. */
export class NetworkError extends FieldError {}

/** Ethereum. Source: ethereum/consensus-specs `configs/mainnet.yaml`. */
export const MAINNET: Network = { name: "mainnet", chainId: 1n, genesisForkVersion: "0x00000000" };

/** The public test network. Source: eth-clients/hoodi `metadata/config.yaml`. */
export const HOODI: Network = { name: "hoodi", chainId: 560048n, genesisForkVersion: "0x10000910" };

/** A chain on this machine; it signs deposits as mainnet does. */
export const LOCAL: Network = localNetwork(MAINNET.genesisForkVersion);

const NETWORKS = [MAINNET, HOODI, LOCAL];

/**
 * A chain on this machine whose consensus layer has its own genesis fork version.
 * @param genesisForkVersion 4 bytes.
 * @throws {HexFormatError} If that is not 4 bytes.
 */
export function localNetwork(genesisForkVersion: Hex): Network {
  fromHex(genesisForkVersion, "genesisForkVersion", 4);
  return { name: "local", chainId: 31337n, genesisForkVersion };
}

/**
 * The network with this chain id.
 * @throws {NetworkError} If there is none.
 */
export function networkByChainId(chainId: bigint): Network {
  return find(
    (network) => network.chainId === chainId,
    "chain id",
    chainId.toString(),
    NETWORKS.map(({ chainId }) => chainId.toString()),
  );
}

/**
 * The network the deposit-cli calls by this name.
 * @throws {NetworkError} If there is none.
 */
export function networkByName(name: string): Network {
  return find(
    (network) => network.name === name,
    "network name",
    name,
    NETWORKS.map(({ name }) => name),
  );
}

function find(matches: (network: Network) => boolean, field: string, value: string, known: string[]): Network {
  const network = NETWORKS.find(matches);
  if (network === undefined) throw new NetworkError(field, value, "is unknown", `use one of ${known.join(", ")}`);
  return network;
}
