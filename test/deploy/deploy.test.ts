import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";

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
import { checkConfiguration } from "../../scripts/deploy/configuration.ts";
import { findFreePort, startLocalNode, type LocalNode } from "../../tasks/commands/localNode.ts";
import { hardhat } from "../helpers/commandLine.ts";
import { localParameters } from "../helpers/parameters.ts";
import { deploySuite as deployTestSuite } from "../helpers/suite.ts";

const ID = "local-interrupted";
const JOURNAL = new URL(`../../deploy/deployments/${ID}/`, import.meta.url);

const SPARE_FILE = parametersFile("spare");

/** Parameters of hoodi with what whoever deploys decides. */
function complete() {
  const { Suite: known } = JSON.parse(readFileSync(parametersFile("hoodi"), "utf8")) as { Suite: object };
  const [admin, ...others] = ["A1", "A2", "A3", "A4", "A5", "A6", "A7"].map((end) => `0x${end.padStart(40, "0")}`);
  const [operator, guardian, treasury] = others;
  const members = others.slice(3);
  return { ...known, admin, operator, guardian, treasury, operations: treasury, members, quorum: 2 };
}

/** What reading a file with parameters says; nothing if they can be used. */
function refusalOf(parameters: object): string | undefined {
  writeFileSync(SPARE_FILE, JSON.stringify({ Suite: parameters }));
  try {
    readSuiteParameters(SPARE_FILE);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(SPARE_FILE);
  }
}

describe("Parameters of a deployment", () => {
  it("know the public networks, and ask for what only the deployer knows", () => {
    for (const network of ["hoodi", "mainnet", "local"]) {
      const file = parametersFile(network);
      const missing = network === "local" ? "ssvNetwork" : "admin";
      expect(() => readSuiteParameters(file)).to.throw(ParameterError, `${file}: Suite.${missing} is missing`);
    }
    expect(() => readSuiteParameters(parametersFile("nowhere"))).to.throw(ParameterError, "does not exist");
  });

  it("are refused in one line, with what is allowed, when the contracts would refuse them", () => {
    const read = (changes: object) => refusalOf({ ...complete(), ...changes });
    const [first = ""] = complete().members;

    expect(read({})).to.equal(undefined);
    expect(read({ quorum: 6 })).to.equal(
      `${SPARE_FILE}: Suite.quorum would be refused (got 6): give 2 to 3, more than half of the 3 members`,
    );
    expect(read({ members: [...complete().members, first] })).to.equal(
      `${SPARE_FILE}: Suite.members[3] would be refused (got ${first}): name each member once`,
    );
    expect(read({ maxGrowthPerYearWad: "0n" })).to.contain("Suite.maxGrowthPerYearWad would be refused (got 0n)");
    expect(read({ capEth: -1 })).to.contain("Suite.capEth does not fit");
  });

  it("must be known", () => {
    const ssvViews = "0x00000000000000000000000000000000000000AA";
    expect(refusalOf({ ...complete(), ssvViews })).to.equal(
      `${SPARE_FILE}: Suite.ssvViews is not a parameter (got "${ssvViews}"): remove it, or correct its name`,
    );
  });

  it("must not name the deployer as administrator, nor contracts that are not there", async () => {
    const suite = await deployTestSuite();
    const parameters = await localParameters(suite);
    const nowhere = "0x00000000000000000000000000000000000000AA";
    const refusal = (changes: Partial<SuiteParameters>) =>
      checkParameters(suite.chain, { ...parameters, ...changes }).catch((error: unknown) => String(error));

    expect(await refusal({})).to.equal(undefined);
    expect(await refusal({ admin: suite.deployer.address })).to.contain("Suite.admin is the deployer");
    for (const name of ["depositContract", "withdrawalRequests", "ssvNetwork"] as const)
      expect(await refusal({ [name]: nowhere })).to.contain(`Suite.${name} has no code on this chain`);
    expect(await refusal({ genesisTime: 2 ** 40 })).to.contain("Suite.genesisTime is in the future");
  });
});

describe("npm run deploy", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: { deploy: string } };
  const command = scripts.deploy.split(" hardhat ")[1]?.split(" ") ?? [];
  const refuses = async (network: string, line: string) => {
    expect(await hardhat([...command, "--network", network])).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: `error: ${line}\n`,
    });
  };

  it("names what is missing before it compiles anything, which takes minutes", async () => {
    await refuses(
      "nowhere",
      "network is not one of hardhat.config.ts (got nowhere): use hoodi or mainnet, or the one of NETWORK_FILE",
    );
    await refuses(
      "hoodi",
      "deploy/parameters/hoodi.json: Suite.admin is missing (got nothing): add it: address that administers the pool, a timelocked multisig",
    );
  });

  it("asks for the network", async () => {
    expect(await hardhat(command)).to.deep.equal({
      code: 1,
      stdout: "",
      stderr: "error: --network is missing (got nothing): name one, as npm run deploy -- --network hoodi does\n",
    });
  });

  it("refuses what the contracts would, before it compiles anything", async () => {
    const file = parametersFile("default");
    writeFileSync(file, JSON.stringify({ Suite: { ...complete(), feeBasisPoints: 20_000 } }));
    try {
      await refuses("default", `${file}: Suite.feeBasisPoints would be refused (got 20000): give 0 to 2000`);
    } finally {
      rmSync(file);
    }
  });

  it("names the first variable that a network lacks", async () => {
    const check = () => checkConfiguration(hre.config, "mainnet").catch(String);

    expect(await check()).to.contain("MAINNET_RPC_URL");
    process.env.MAINNET_RPC_URL = "http://127.0.0.1:1";
    try {
      expect(await check()).to.contain("MAINNET_PRIVATE_KEY");
    } finally {
      delete process.env.MAINNET_RPC_URL;
    }
    await checkConfiguration(hre.config, "local");
  });

  it("says that it compiles, and then looks at the chain", async () => {
    const file = parametersFile("default");
    writeFileSync(file, JSON.stringify({ Suite: complete() }));
    try {
      expect(await hardhat(["run", "--no-compile", "scripts/deploy.ts", "--network", "default"])).to.deep.equal({
        code: 1,
        stdout: "",
        stderr:
          "compiling the contracts, profile default; the first time takes some minutes …\nerror: Suite.depositContract has no code on this chain (got 0x00000000219ab540356cBB839Cbe05303d7705Fa): check address and network\n",
      });
    } finally {
      rmSync(file);
    }
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
    const failing = { onRequest: failAfter(16) };
    hre.hooks.registerHandlers("network", failing);
    const crash = await deploySuite(connection, parameters, ID).catch((error: unknown) => String(error));
    hre.hooks.unregisterHandlers("network", failing);
    const before = deployedAddresses();

    const changed = { ...parameters, quorum: 3 };
    const refusal = await deploySuite(connection, changed, ID).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(ParameterError);
    expect(String(refusal)).to.match(
      /^ParameterError: deployment local-interrupted began with other parameters, another account or other contracts \(got Suite#Committee: [^\n]*\): restore them, or start over by deleting deploy\/deployments\/local-interrupted\/, which abandons what was deployed$/,
    );

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
