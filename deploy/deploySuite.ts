import { existsSync, readFileSync } from "node:fs";

import { dataLength } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { recordDeployment, type DeploymentRecord } from "../clients/deployment.ts";
import { connectPool } from "../clients/pool.ts";
import { ISSVNetworkViews__factory } from "../typechain-types/index.ts";
import Suite from "./modules/Suite.ts";
import { ParameterError, requireWithinBounds, type SuiteParameters } from "./suiteParameters.ts";
import { checkWiring, findMiswired } from "./wiring.ts";

/** What stands on chain before a pool does. */
const PRECONDITIONS = ["depositContract", "withdrawalRequests", "consolidationRequests", "ssvNetwork"] as const;

/** What Ignition says of a deployment that was begun in another way than it is asked to go on. */
const BEGUN_DIFFERENTLY = /reconciliation errors:\s*(?:\* )?([^\n]*)/;

/**
 * Checks that parameters fit the contracts, the chain and the deployer.
 * @throws {ParameterError} For the first one that does not.
 */
export async function checkParameters(
  connection: NetworkConnection<string>,
  parameters: SuiteParameters,
): Promise<void> {
  requireWithinBounds(parameters);
  const { provider } = connection.ethers;
  const deployer = await findDeployer(connection);
  if (deployer === parameters.admin)
    throw new ParameterError(
      "Suite.admin",
      parameters.admin,
      "is the deployer",
      "name another account: the deployer gives all its roles away at the end",
    );
  for (const name of PRECONDITIONS) {
    const address = parameters[name];
    if ((await provider.getCode(address)) === "0x")
      throw new ParameterError(`Suite.${name}`, address, "has no code on this chain", "check address and network");
  }
  await requireSSVNetwork(connection, parameters.ssvNetwork);
  const now = (await provider.getBlock("latest"))?.timestamp ?? 0;
  if (parameters.genesisTime > now)
    throw new ParameterError("Suite.genesisTime", `${parameters.genesisTime}`, "is in the future", "correct it");
}

/**
 * Deploys a pool, or goes on with a deployment that was interrupted, checks its wiring and records its addresses.
 * @param deploymentId Name under which Ignition keeps its journal and the addresses are recorded.
 * @throws {ParameterError} If a parameter does not fit or was changed since the deployment began, or the wiring is not
 *                          as the parameters say.
 */
export async function deploySuite(
  connection: NetworkConnection<string>,
  parameters: SuiteParameters,
  deploymentId: string,
  displayUi = false,
) {
  await checkParameters(connection, parameters);
  const { ethers, ignition } = connection;
  const deployed = await ignition
    .deploy(Suite, { parameters: { Suite: parameters }, deploymentId, displayUi })
    .catch((error: unknown) => {
      throw explainChange(error, deploymentId);
    });

  const pool = await connectPool(ethers.provider, await deployed.poolETH.getAddress());
  const checks = await checkWiring(pool, parameters, await findDeployer(connection));
  const [wrong] = findMiswired(checks);
  if (wrong !== undefined)
    throw new ParameterError(wrong.name, wrong.actual, `is not ${wrong.expected}`, "do not use this deployment");

  const { chainId } = await ethers.provider.getNetwork();
  const named = Object.entries(deployed).map(async ([name, contract]) => [name, await contract.getAddress()] as const);
  const others = Object.fromEntries(await Promise.all(named));
  const addresses: DeploymentRecord["addresses"] = { ...others, poolETH: await pool.poolETH.getAddress() };
  const record = { chainId: Number(chainId), startBlock: firstBlockOf(deploymentId), addresses };
  return { pool, addresses, checks, file: recordDeployment(deploymentId, record) };
}

/** Only ssv.network tells its fee; another contract reverts, or answers with nothing or with something else. */
async function requireSSVNetwork({ ethers }: NetworkConnection<string>, address: string): Promise<void> {
  const views = ISSVNetworkViews__factory.createInterface();
  const data = views.encodeFunctionData("getNetworkFee");
  const answer = await ethers.provider.call({ to: address, data }).catch((error: unknown) => {
    if (/revert|invalid opcode|out of gas|VM exception/i.test(String(error))) return "0x";
    throw error;
  });
  if (dataLength(answer) !== 32)
    throw new ParameterError("Suite.ssvNetwork", address, "is not ssv.network", "check address and network");
}

/** Names the remedy when what Ignition's journal says differs from what it is to deploy; other errors stay. */
function explainChange(error: unknown, deploymentId: string): unknown {
  const [, difference] = BEGUN_DIFFERENTLY.exec(error instanceof Error ? error.message : "") ?? [];
  if (difference === undefined) return error;
  return new ParameterError(
    `deployment ${deploymentId}`,
    difference,
    "began with other parameters, another account or other contracts",
    `restore them, or start over by deleting deploy/deployments/${deploymentId}/, which abandons what was deployed`,
  );
}

async function findDeployer({ ethers }: NetworkConnection<string>): Promise<string> {
  const [signer] = await ethers.getSigners();
  if (signer === undefined) throw new ParameterError("deployer", "nobody", "is missing", "set the network's key");
  return signer.address;
}

/** Block of the deployment's first transaction, by Ignition's journal, which survives an interruption. */
function firstBlockOf(deploymentId: string): number {
  const journal = new URL(`./deployments/${deploymentId}/journal.jsonl`, import.meta.url);
  if (!existsSync(journal)) return 0;
  const blocks = [...readFileSync(journal, "utf8").matchAll(/"blockNumber":(\d+)/g)].map(([, number]) =>
    Number(number),
  );
  return blocks.length === 0 ? 0 : Math.min(...blocks);
}
