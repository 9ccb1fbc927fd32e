import { existsSync, readFileSync, rmSync } from "node:fs";

import { expect } from "chai";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { readDeployment, recordFile } from "../../clients/deployment.ts";
import { checkParameters, deploySuite } from "../../deploy/deploySuite.ts";
import {
  ParameterError,
  parametersFile,
  readSuiteParameters,
  type SuiteParameters,
} from "../../deploy/suiteParameters.ts";
import { findFreePort, startLocalNode, type LocalNode } from "../../tasks/commands/localNode.ts";
import { hardhat } from "../helpers/commandLine.ts";
import { localParameters } from "../helpers/parameters.ts";
import { deploySuite as deployTestSuite } from "../helpers/suite.ts";

const ID = "local-interrupted";
const JOURNAL = new URL(`../../deploy/deployments/${ID}/`, import.meta.url);

describe("Parameters of a deployment", () => {
  it("know the public networks, and ask for what only the deployer knows", () => {
    for (const network of ["hoodi", "mainnet", "local"]) {
      const file = parametersFile(network);
      const missing = network === "local" ? "ssvNetwork" : "admin";
      expect(() => readSuiteParameters(file)).to.throw(ParameterError, `${file}: Suite.${missing} is missing`);
    }
    expect(() => readSuiteParameters(parametersFile("nowhere"))).to.throw(ParameterError, "does not exist");
  });

  it("must not name the deployer as administrator, nor contracts that are not there", async () => {
    const suite = await deployTestSuite();
    const parameters = await localParameters(suite);
    const nowhere = "0x00000000000000000000000000000000000000AA";
    const refusal = (changes: Partial<SuiteParameters>) =>
      checkParameters(suite.chain, { ...parameters, ...changes }).catch((error: unknown) => String(error));

    expect(await refusal({})).to.equal(undefined);
    expect(await refusal({ admin: suite.deployer.address })).to.contain("Suite.admin is the deployer");
    for (const name of ["depositContract", "withdrawalRequests", "ssvNetwork", "ssvViews"] as const)
      expect(await refusal({ [name]: nowhere })).to.contain(`Suite.${name} has no code on this chain`);
    expect(await refusal({ genesisTime: 2 ** 40 })).to.contain("Suite.genesisTime is in the future");
  });
});

describe("deploySuite", () => {
  let node: LocalNode;
  let connection: NetworkConnection<string>;

  before(async () => {
    node = await startLocalNode(hre, await findFreePort(0));
    connection = await hre.network.create({ network: "local", override: { url: node.url } });
  });

  after(async () => {
    rmSync(JOURNAL, { recursive: true, force: true });
    rmSync(recordFile(ID), { force: true });
    rmSync(node.record);
    await connection.close();
    await node.close();
  });

  it("names a missing parameter in one line, from the command line", async () => {
    expect(
      await hardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "local"], { LOCAL_RPC_URL: node.url }),
    ).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: "error: deploy/parameters/local.json: Suite.ssvNetwork is missing (got nothing): add it\n",
    });
  });

  it("goes on where it was interrupted, checks the wiring and records the addresses", async () => {
    const parameters = await parametersOf(node);
    const firstBlock = (await connection.ethers.provider.getBlockNumber()) + 1;
    const failing = { onRequest: failAfter(8) };
    hre.hooks.registerHandlers("network", failing);
    const crash = await deploySuite(connection, parameters, ID).catch((error: unknown) => String(error));
    hre.hooks.unregisterHandlers("network", failing);
    const before = deployedAddresses();

    const { addresses, checks } = await deploySuite(connection, parameters, ID);

    expect(crash).to.contain("the line was cut");
    expect(Object.keys(before)).to.include("Suite#AccessManager").and.not.to.include("Suite#PoolETH");
    expect(deployedAddresses()).to.include(before);
    expect(checks.length).to.be.greaterThan(35);
    expect(addresses.authority).to.equal(before["Suite#AccessManager"]);
    expect(readDeployment(ID, 31_337n)).to.deep.equal({ chainId: 31_337, startBlock: firstBlock, addresses });
  });
});

/** Parameters for a second pool on a node's chain. */
async function parametersOf({ suite }: LocalNode): Promise<SuiteParameters> {
  const parameters = await localParameters(suite);
  return { ...parameters, members: parameters.members.slice(1), quorum: 4, capEth: 1_000 };
}

/** A network that answers for so many transactions and no more; the next one fails before it is sent. */
function failAfter(transactions: number) {
  let left = transactions;
  return <Context, Connection, Request extends { method: string }, Response>(
    context: Context,
    connection: Connection,
    request: Request,
    next: (context: Context, connection: Connection, request: Request) => Promise<Response>,
  ): Promise<Response> => {
    if (request.method === "eth_estimateGas" && left-- <= 0) throw new Error("the line was cut");
    return next(context, connection, request);
  };
}

function deployedAddresses(): Record<string, string> {
  const file = new URL("deployed_addresses.json", JOURNAL);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
}
