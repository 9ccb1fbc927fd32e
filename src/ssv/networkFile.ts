import { getAddress, isAddress, ZeroAddress } from "ethers";
import { z } from "zod";

import { BUILT_IN_NETWORKS, type Network } from "../consensus/network.ts";
import { FieldError } from "../units/errors.ts";
import { hexSchema, parseJson } from "../units/json.ts";
import { BUILT_IN_DEPLOYMENTS, deploymentOfChain, type SSVDeployment } from "./deployments.ts";

/** A file that describes a network cannot be used. */
export class NetworkFileError extends FieldError {}

/** A network that its operator describes: the chain, and ssv.network on it. */
export interface DescribedNetwork {
  readonly network: Network;
  readonly deployment: SSVDeployment;
}

const Address = z.string().refine((text) => isAddress(text) && getAddress(text) === text && text !== ZeroAddress);
const Description = z.strictObject({
  // Chains on this machine are told apart by their port, as local-8545.
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .refine((name) => name !== "default" && !name.startsWith("local-")),
  chainId: z.int().positive(),
  genesisForkVersion: hexSchema(4),
  depositContract: Address,
  ssvNetwork: Address,
  ssvFirstBlock: z.int().nonnegative(),
});
type Field = keyof z.infer<typeof Description>;

const ADDRESS = "give 0x and 40 hexadecimal digits with their checksum, as block explorers show them";
/** What to do about a field. */
const REMEDIES: Record<Field, string> = {
  name: "give up to 32 lower-case letters, digits and hyphens, a letter first; not default, nor local- and a port",
  chainId: "give the chain id of the execution layer as a JSON number",
  genesisForkVersion: "give GENESIS_FORK_VERSION of the consensus configuration, 4 bytes in hexadecimal",
  depositContract: `name DEPOSIT_CONTRACT_ADDRESS of the consensus configuration: ${ADDRESS}`,
  ssvNetwork: `name the contract SSVNetwork: ${ADDRESS}`,
  ssvFirstBlock: "give the block in which SSVNetwork was deployed, or an earlier one, as a JSON number",
};

/**
 * Reads the description of a network. One that is built in may be described as it is.
 * @param text Content of the file.
 * @param file Its name, for messages.
 * @throws {FileFormatError} If it is no JSON object.
 * @throws {NetworkFileError} For the first field that is unknown, is missing, cannot be used, or contradicts a network
 *                            that is built in.
 */
export function parseNetworkFile(text: string, file: string): DescribedNetwork {
  const values = parseJson(text, z.record(z.string(), z.unknown()), file);
  for (const [name, value] of Object.entries(values))
    if (!Object.hasOwn(REMEDIES, name))
      throw new NetworkFileError(
        `${file}: ${name}`,
        JSON.stringify(value),
        "is no field of a network",
        "remove it, or correct its name",
      );
  const { data, error } = Description.safeParse(values);
  if (data === undefined) {
    const name = error.issues[0]?.path[0] as Field;
    const value = values[name];
    const [shown, problem] = value === undefined ? ["", "is missing"] : [JSON.stringify(value), "cannot be used"];
    throw new NetworkFileError(`${file}: ${name}`, shown, problem, REMEDIES[name]);
  }
  const chainId = BigInt(data.chainId);
  const { name, genesisForkVersion, depositContract, ssvNetwork, ssvFirstBlock } = data;
  const described = {
    network: { name, chainId, genesisForkVersion, depositContract },
    deployment: { chainId, ssvNetwork, firstBlock: ssvFirstBlock },
  };
  requireNotRedefined(described, file);
  return described;
}

/** Else the same name, or the same chain, would stand for two things. */
function requireNotRedefined(described: DescribedNetwork, file: string): void {
  const { name, chainId } = described.network;
  const builtIn = BUILT_IN_NETWORKS.find((network) => network.name === name || network.chainId === chainId);
  if (builtIn === undefined) return;
  const known = fieldsOf(builtIn, deploymentOfChain(builtIn.chainId, BUILT_IN_DEPLOYMENTS));
  for (const [field, value] of Object.entries(fieldsOf(described.network, described.deployment)))
    if (known[field] !== value)
      throw new NetworkFileError(
        `${file}: ${field}`,
        value,
        `contradicts network ${builtIn.name}, which is built in: ${known[field] ?? "it has none"}`,
        `use ${builtIn.name} without NETWORK_FILE, or give the network a name and a chain id of its own`,
      );
}

function fieldsOf({ name, chainId, genesisForkVersion, depositContract }: Network, ssv?: SSVDeployment) {
  const fields: Record<string, string | undefined> = {
    ...{ name, chainId: chainId.toString(), genesisForkVersion, depositContract },
    ...{ ssvNetwork: ssv?.ssvNetwork, ssvFirstBlock: ssv?.firstBlock.toString() },
  };
  return fields as Record<string, string>;
}
