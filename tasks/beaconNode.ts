import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { beaconUrl } from "../clients/beaconHttp.ts";
import { BeaconNode, type BeaconChain } from "../clients/beaconNode.ts";
import { InputError } from "./input.ts";
import { networkOf } from "./network.ts";
import { findVariable } from "./variables.ts";

/** What every task that can ask a beacon node is given. */
export interface BeaconArguments {
  readonly beaconNode: string | undefined;
}

/** A beacon node, and the chain that it follows. */
export interface Beacon {
  readonly node: BeaconNode;
  readonly chain: BeaconChain;
}

const OPTION = "beaconNode";

/**
 * The beacon node that is named, or else the one of the network's variable, such as `HOODI_BEACON_URL`.
 * @param chainId Of the execution chain in use.
 * @returns Nothing if none is configured.
 * @throws {InputError | BeaconError} If it cannot be asked, or follows another chain.
 */
export async function openBeacon(
  hre: HardhatRuntimeEnvironment,
  { beaconNode: named }: BeaconArguments,
  chainId: bigint,
): Promise<Beacon | undefined> {
  const variable = beaconVariable(hre);
  const found = named ?? (await findVariable(hre, variable));
  if (found === undefined) return undefined;
  const field = named === undefined ? variable : OPTION;
  const node = new BeaconNode({ url: beaconUrl(found, field), field });
  const chain = await node.chain();
  if (chain.chainId !== chainId)
    throw new InputError(
      field,
      `chain id ${chain.chainId}`,
      `follows another chain than the network, whose chain id is ${chainId}`,
      "name a beacon node of the same chain",
    );
  return { node, chain };
}

/** A fork has the variable of the network that it comes from. */
function beaconVariable(hre: HardhatRuntimeEnvironment): string {
  const network = networkOf(hre).replace(/Fork$/, "");
  return `${network.toUpperCase().replaceAll("-", "_")}_BEACON_URL`;
}
