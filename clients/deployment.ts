import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { getAddress, isAddress } from "ethers";
import { z } from "zod";

import { FieldError } from "../src/units/errors.ts";
import { parseJson } from "../src/units/json.ts";
import { makeFolder, readText, writeText } from "./files.ts";

/** A pool is recorded nowhere, or not where it should be. */
export class DeploymentError extends FieldError {}

const Address = z.string().refine(isAddress, "expected an address").transform(getAddress);
const Deployment = z.object({
  chainId: z.int().positive(),
  startBlock: z.int().nonnegative(),
  addresses: z.object({ poolETH: Address }).catchall(Address),
});

/** What is kept of a deployment. Everything but the pool's address can be read from the pool itself. */
export type DeploymentRecord = z.infer<typeof Deployment>;

/** What the file is called in messages. */
const RECORD = "deployment record";
const FOLDER = new URL("../deploy/deployments/", import.meta.url);

/** Local chains are told apart by their port, because each of them has a pool of its own. */
export function localDeploymentId(rpcUrl: string): string {
  const { port, protocol } = new URL(rpcUrl);
  return `local-${port || (protocol === "https:" ? "443" : "80")}`;
}

/** File in which a deployment is recorded. */
export function recordFile(deploymentId: string): string {
  return fileURLToPath(new URL(`${deploymentId}.json`, FOLDER));
}

/**
 * Records a deployment, in place of an earlier record, and returns the file.
 * @throws {FileError} If it cannot be written.
 */
export function recordDeployment(deploymentId: string, record: DeploymentRecord): string {
  const file = recordFile(deploymentId);
  makeFolder(dirname(file), RECORD);
  writeText(file, RECORD, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}

/** Whether a deployment is recorded. */
export function hasRecord(deploymentId: string): boolean {
  return existsSync(recordFile(deploymentId));
}

/**
 * Reads a recorded deployment.
 * @throws {DeploymentError} If there is none, or if it is for another chain.
 * @throws {FileError} If the file cannot be read.
 * @throws {FileFormatError} If the file has another shape.
 */
export function readDeployment(deploymentId: string, chainId: bigint): DeploymentRecord {
  const file = recordFile(deploymentId);
  if (!hasRecord(deploymentId))
    throw new DeploymentError(
      "pool",
      deploymentId,
      "is recorded in no file of deploy/deployments for this network",
      "name the pool's network with --network or its address with --pool, or deploy first (local chains: npm run hardhat -- local up)",
    );
  const record = parseJson(readText(file, RECORD), Deployment, `deploy/deployments/${deploymentId}.json`);
  if (BigInt(record.chainId) !== chainId)
    throw new DeploymentError(
      "chain id",
      chainId.toString(),
      `is not that of deploy/deployments/${deploymentId}.json, ${record.chainId}`,
      "use the network that the pool was deployed on",
    );
  return record;
}
