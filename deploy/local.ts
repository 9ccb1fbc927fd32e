import { readFileSync, rmSync } from "node:fs";

import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

import { installSystemContracts } from "../clients/systemContracts.ts";
import { encodeOperatorPublicKey, generateOperatorKey, type OperatorKeyPair } from "../src/ssv/operatorKey.ts";
import {
  Accounting__factory,
  AccessManager__factory,
  ClusterManager__factory,
  Committee__factory,
  ISSVNetwork__factory,
  ISSVNetworkViews__factory,
  PoolETH__factory,
  PoolManager__factory,
  RewardsVault__factory,
  WithdrawalQueue__factory,
  WithdrawalVault__factory,
  WrappedPoolETH__factory,
} from "../typechain-types/index.ts";
import SSVSimulator from "./modules/SSVSimulator.ts";
import Suite from "./modules/Suite.ts";

/** Who plays which role on a local chain, by the number of the development account. */
export const LOCAL_ACCOUNTS = {
  deployer: 0,
  admin: 1,
  operator: 2,
  guardian: 3,
  treasury: 4,
  operations: 5,
  ssvOperators: 6,
  members: [10, 11, 12, 13, 14],
  keeper: 21,
} as const;

const QUORUM = 3;
const OPERATOR_COUNT = 4;
const OPERATOR_FEE = 1_770_000_000n;
const RESERVE = 10n ** 18n;
const HASH_DIGITS = 12;
/** A local chain makes a block for each transaction, for which Ignition otherwise waits a second. */
const config = { blockPollingInterval: 25 };

/** An operator of the simulated network, with the key that decrypts its shares. */
export interface LocalOperator extends OperatorKeyPair {
  readonly id: bigint;
}

export type LocalSuite = Awaited<ReturnType<typeof deployLocal>>;

/** Values of the suite's parameters that differ from `deploy/parameters/local.json`. */
export type SuiteOverrides = Readonly<Record<string, string | number | bigint | string[]>>;

/**
 * Deploys everything on a local chain, which has the system contracts or is simulated: a simulated ssv.network with four
 * operators, the suite with a committee of five, and one ether of operating reserve. `module` may be one that extends
 * the suite's; it goes by the name of Suite, too.
 */
export async function deployLocal(connection: NetworkConnection, overrides: SuiteOverrides = {}, module = Suite) {
  const { ethers, ignition } = connection;
  const deploymentId = await prepare(connection);
  const signers = await ethers.getSigners();
  const account = (index: number) => at(signers, index);

  const parameters = readParameters();
  const simulator = await ignition.deploy(SSVSimulator, { parameters, config, deploymentId });
  const network = await simulator.network.getAddress();
  const operators = await registerOperators(network, account(LOCAL_ACCOUNTS.ssvOperators));

  const members = LOCAL_ACCOUNTS.members.map(account).sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const block = await ethers.provider.getBlock("latest");
  const deployed = await ignition.deploy(module, {
    config,
    deploymentId,
    parameters: {
      Suite: {
        ...parameters.Suite,
        ssvNetwork: network,
        admin: account(LOCAL_ACCOUNTS.admin).address,
        operator: account(LOCAL_ACCOUNTS.operator).address,
        guardian: account(LOCAL_ACCOUNTS.guardian).address,
        treasury: account(LOCAL_ACCOUNTS.treasury).address,
        operations: account(LOCAL_ACCOUNTS.operations).address,
        members: members.map(({ address }) => address),
        quorum: QUORUM,
        genesisTime: block?.timestamp ?? 0,
        ...overrides,
      },
    },
  });

  // It is complete, so that nobody goes on with it.
  rmSync(new URL(`./deployments/${deploymentId}`, import.meta.url), { recursive: true, force: true });

  const deployer = account(LOCAL_ACCOUNTS.deployer);
  const clusterManager = ClusterManager__factory.connect(await deployed.clusterManager.getAddress(), deployer);
  await clusterManager.depositReserve({ value: RESERVE });
  return {
    deployer,
    admin: account(LOCAL_ACCOUNTS.admin),
    operator: account(LOCAL_ACCOUNTS.operator),
    guardian: account(LOCAL_ACCOUNTS.guardian),
    treasury: account(LOCAL_ACCOUNTS.treasury),
    operations: account(LOCAL_ACCOUNTS.operations),
    members,
    operators,
    ssvNetwork: ISSVNetwork__factory.connect(network, deployer),
    /** The network by its views, which it answers itself. */
    ssvViews: ISSVNetworkViews__factory.connect(network, deployer),
    authority: AccessManager__factory.connect(await deployed.authority.getAddress(), deployer),
    poolETH: PoolETH__factory.connect(await deployed.poolETH.getAddress(), deployer),
    poolManager: PoolManager__factory.connect(await deployed.poolManager.getAddress(), deployer),
    accounting: Accounting__factory.connect(await deployed.accounting.getAddress(), deployer),
    clusterManager,
    committee: Committee__factory.connect(await deployed.committee.getAddress(), deployer),
    withdrawalVault: WithdrawalVault__factory.connect(await deployed.withdrawalVault.getAddress(), deployer),
    rewardsVault: RewardsVault__factory.connect(await deployed.rewardsVault.getAddress(), deployer),
    withdrawalQueue: WithdrawalQueue__factory.connect(await deployed.withdrawalQueue.getAddress(), deployer),
    wrappedPoolETH: WrappedPoolETH__factory.connect(await deployed.wrappedPoolETH.getAddress(), deployer),
  };
}

/**
 * Makes a simulated chain begin as others do, with the system contracts.
 * @returns Under what name Ignition remembers what it deployed; a new chain is not mistaken for an earlier one.
 */
async function prepare({ ethers, networkConfig, provider }: NetworkConnection): Promise<string> {
  if (networkConfig.type === "edr-simulated") await installSystemContracts(provider);
  const genesis = await ethers.provider.getBlock(0);
  return `local-${genesis?.hash?.slice(2, 2 + HASH_DIGITS) ?? "unknown"}`;
}

type Parameters = Record<"SSVSimulator" | "Suite", Record<string, string | number | bigint>>;

/** Reads the parameters as Ignition does: a number with the suffix n is a bigint. */
function readParameters(): Parameters {
  const file = new URL("./parameters/local.json", import.meta.url);
  const revive = (_: string, value: unknown) =>
    typeof value === "string" && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  return JSON.parse(readFileSync(file, "utf8"), revive) as Parameters;
}

async function registerOperators(network: string, owner: HardhatEthersSigner): Promise<LocalOperator[]> {
  const ssvNetwork = ISSVNetwork__factory.connect(network, owner);
  const operators: LocalOperator[] = [];
  for (let i = 0; i < OPERATOR_COUNT; i++) {
    const key = generateOperatorKey();
    await ssvNetwork.registerOperator(encodeOperatorPublicKey(key.publicKey), OPERATOR_FEE, false);
    operators.push({ id: BigInt(i + 1), ...key });
  }
  return operators;
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`the local chain has ${list.length} accounts, account ${index} is missing`);
  return value;
}
