import { existsSync, readFileSync } from "node:fs";

import { getAddress, isAddress, ZeroAddress } from "ethers";
import { z } from "zod";

import { FieldError } from "../src/units/errors.ts";
import { parseJson } from "../src/units/json.ts";
import { findBreach } from "./suiteBounds.ts";

/** A parameter of a deployment is missing or cannot be used. */
export class ParameterError extends FieldError {}

const Address = z
  .string()
  .refine((text) => isAddress(text) && getAddress(text) !== ZeroAddress, "expected an address")
  .transform(getAddress);
const Count = z.int().nonnegative();
/** As Ignition writes a bigint. */
const Amount = z
  .string()
  .regex(/^\d+n$/, "expected digits followed by n")
  .transform((text) => BigInt(text.slice(0, -1)));

const SuiteSchema = z.strictObject({
  depositContract: Address,
  withdrawalRequests: Address,
  consolidationRequests: Address,
  ssvNetwork: Address,
  admin: Address,
  adminDelaySeconds: Count,
  operator: Address,
  guardian: Address,
  treasury: Address,
  operations: Address,
  members: z.array(Address),
  quorum: Count,
  genesisTime: Count,
  secondsPerSlot: Count,
  slotsPerFrame: Count,
  maxGrowthPerYearWad: Amount,
  capEth: Count,
  feeBasisPoints: Count,
  costsBasisPoints: Count,
  maxGainBasisPoints: Count,
  maxLossBasisPoints: Count,
  runwayBlocks: Count,
  minRunwayBlocks: Count,
});

/** Parameters of the module `Suite`. */
export type SuiteParameters = z.infer<typeof SuiteSchema>;

/** Addresses that the description of a network has, too. */
export type KnownAddresses = Partial<Pick<SuiteParameters, "depositContract" | "ssvNetwork">>;

/** What only whoever deploys can know. */
const DECISIONS: Readonly<Record<string, string>> = {
  admin: "address that administers the pool, a timelocked multisig",
  operator: "address that registers key batches and signs for the owner of the clusters",
  guardian: "address that may pause deposits and staking",
  treasury: "address that receives the fee on rewards",
  operations: "address that receives the running costs",
  members: "addresses of the committee's members, a list",
  quorum: "number of members who must sign, more than half of them",
};

/** File with the parameters of a network. */
export function parametersFile(network: string): string {
  return `deploy/parameters/${network}.json`;
}

/**
 * Reads the parameters of a deployment, and orders the members as the committee wants them.
 * @param file Path from the project's root.
 * @param known Addresses that are known from elsewhere and may be left out.
 * @throws {ParameterError} For the first parameter that is unknown, is missing, contradicts what is known, or would be
 *                          refused by the contracts.
 * @throws {FileFormatError} For the first one that has another shape.
 */
export function readSuiteParameters(file: string, known: KnownAddresses = {}): SuiteParameters {
  const path = new URL(`../${file}`, import.meta.url);
  if (!existsSync(path))
    throw new ParameterError("parameters", file, "does not exist", "write one as deploy/parameters/hoodi.json is");
  const { Suite: stated } = parseJson(
    readFileSync(path, "utf8"),
    z.object({ Suite: z.record(z.string(), z.unknown()) }),
    file,
  );
  for (const [name, value] of Object.entries(stated))
    if (!(name in SuiteSchema.shape))
      throw new ParameterError(
        `${file}: Suite.${name}`,
        JSON.stringify(value),
        "is not a parameter",
        "remove it, or correct its name",
      );
  const values: Record<string, unknown> = { ...known, ...stated };
  for (const name of Object.keys(SuiteSchema.shape))
    if (values[name] === undefined)
      throw new ParameterError(
        `${file}: Suite.${name}`,
        "nothing",
        "is missing",
        `add it${DECISIONS[name] === undefined ? "" : `: ${DECISIONS[name]}`}`,
      );
  const { Suite: parameters } = parseJson(JSON.stringify({ Suite: values }), z.object({ Suite: SuiteSchema }), file);
  for (const [name, address] of Object.entries(known))
    if (parameters[name as keyof KnownAddresses] !== address)
      throw new ParameterError(
        `${file}: Suite.${name}`,
        String(stated[name]),
        `is not that of the file of NETWORK_FILE, ${address}`,
        "leave it out here, or correct one of the two files",
      );
  requireWithinBounds(parameters, `${file}: Suite`);
  const members = parameters.members.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return { ...parameters, members };
}

/**
 * Checks that the contracts will take parameters.
 * @param source Where they come from, for the message.
 * @throws {ParameterError} For the first one that they would refuse.
 */
export function requireWithinBounds(parameters: SuiteParameters, source = "Suite"): void {
  const breach = findBreach(parameters);
  if (breach !== undefined)
    throw new ParameterError(`${source}.${breach.name}`, breach.value, "would be refused", breach.remedy);
}
