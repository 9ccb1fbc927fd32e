import { getAddress } from "ethers";

import type { Pool } from "../clients/pool.ts";
import { GUARDIAN_FUNCTIONS, OPERATOR_FUNCTIONS, OWNER_FUNCTIONS, ROLES, selector } from "./modules/Suite.ts";
import type { SuiteParameters } from "./suiteParameters.ts";

/** Something that a deployment must satisfy, and what the chain says. */
export interface WiringCheck {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
}

/** Checks that differ; none for a pool that is wired as its parameters say. */
export function findMiswired(checks: readonly WiringCheck[]): WiringCheck[] {
  return checks.filter(({ expected, actual }) => expected !== actual);
}

/**
 * Compares a deployed pool with its parameters: every address it points to, every limit, every role.
 * @param deployer Account that deployed, which must have no role any more.
 */
export async function checkWiring(pool: Pool, parameters: SuiteParameters, deployer: string): Promise<WiringCheck[]> {
  return [
    ...(await checkPeers(pool, parameters)),
    ...(await checkLimits(pool, parameters)),
    ...(await checkRoles(pool, parameters, deployer)),
  ];
}

async function checkPeers(pool: Pool, parameters: SuiteParameters): Promise<WiringCheck[]> {
  const {
    poolETH,
    poolManager,
    accounting,
    clusterManager,
    committee,
    withdrawalVault,
    rewardsVault,
    withdrawalQueue,
  } = pool;
  const addresses = {
    poolETH: await poolETH.getAddress(),
    authority: await pool.authority.getAddress(),
    accounting: await accounting.getAddress(),
    withdrawalVault: await withdrawalVault.getAddress(),
    rewardsVault: await rewardsVault.getAddress(),
  };
  return [
    check("PoolETH.DEPOSIT_CONTRACT", parameters.depositContract, await poolETH.DEPOSIT_CONTRACT()),
    check("PoolManager.POOL_ETH", addresses.poolETH, await poolManager.POOL_ETH()),
    check("PoolManager.ACCOUNTING", addresses.accounting, await poolManager.ACCOUNTING()),
    check("PoolManager.AUTHORITY", addresses.authority, await poolManager.AUTHORITY()),
    check("Accounting.POOL_ETH", addresses.poolETH, await accounting.POOL_ETH()),
    check("Accounting.WITHDRAWAL_VAULT", addresses.withdrawalVault, await accounting.WITHDRAWAL_VAULT()),
    check("Accounting.REWARDS_VAULT", addresses.rewardsVault, await accounting.REWARDS_VAULT()),
    check("Accounting.AUTHORITY", addresses.authority, await accounting.AUTHORITY()),
    check("ClusterManager.POOL_ETH", addresses.poolETH, await clusterManager.POOL_ETH()),
    check("ClusterManager.SSV_NETWORK", parameters.ssvNetwork, await clusterManager.SSV_NETWORK()),
    check("ClusterManager.AUTHORITY", addresses.authority, await clusterManager.AUTHORITY()),
    check("Committee.POOL_ETH", addresses.poolETH, await committee.POOL_ETH()),
    check("WithdrawalVault.POOL_ETH", addresses.poolETH, await withdrawalVault.POOL_ETH()),
    check("RewardsVault.POOL_ETH", addresses.poolETH, await rewardsVault.POOL_ETH()),
    check("WithdrawalQueue.POOL_ETH", addresses.poolETH, await withdrawalQueue.POOL_ETH()),
    check("WithdrawalQueue.ACCOUNTING", addresses.accounting, await withdrawalQueue.ACCOUNTING()),
  ];
}

async function checkLimits(pool: Pool, parameters: SuiteParameters): Promise<WiringCheck[]> {
  const { poolETH, accounting, clusterManager, committee } = pool;
  const policy = await accounting.policy();
  const [runwayBlocks, minRunwayBlocks] = await clusterManager.runway();
  return [
    check("Committee.members", parameters.members.join(), (await committee.members()).join()),
    check("Committee.QUORUM", parameters.quorum, await committee.QUORUM()),
    check("PoolETH.cap", BigInt(parameters.capEth) * 10n ** 18n, await poolETH.cap()),
    check("PoolETH.MAX_GROWTH_PER_YEAR_WAD", parameters.maxGrowthPerYearWad, await poolETH.MAX_GROWTH_PER_YEAR_WAD()),
    check("Accounting.GENESIS_TIME", parameters.genesisTime, await accounting.GENESIS_TIME()),
    check("Accounting.SECONDS_PER_SLOT", parameters.secondsPerSlot, await accounting.SECONDS_PER_SLOT()),
    check("Accounting.SLOTS_PER_FRAME", parameters.slotsPerFrame, await accounting.SLOTS_PER_FRAME()),
    check("Accounting.policy.treasury", parameters.treasury, policy.treasury),
    check("Accounting.policy.operations", parameters.operations, policy.operations),
    check("Accounting.policy.feeBasisPoints", parameters.feeBasisPoints, policy.feeBasisPoints),
    check("Accounting.policy.costsBasisPoints", parameters.costsBasisPoints, policy.costsBasisPoints),
    check("Accounting.policy.maxGainBasisPoints", parameters.maxGainBasisPoints, policy.maxGainBasisPoints),
    check("Accounting.policy.maxLossBasisPoints", parameters.maxLossBasisPoints, policy.maxLossBasisPoints),
    check("ClusterManager.runway.runwayBlocks", parameters.runwayBlocks, runwayBlocks),
    check("ClusterManager.runway.minRunwayBlocks", parameters.minRunwayBlocks, minRunwayBlocks),
  ];
}

async function checkRoles(pool: Pool, parameters: SuiteParameters, deployer: string): Promise<WiringCheck[]> {
  const { authority, poolETH, poolManager, clusterManager } = pool;
  const holds = async (role: bigint, account: string) => {
    const { isMember, executionDelay } = await authority.hasRole(role, account);
    return isMember ? `with a delay of ${executionDelay.toString()} s` : "no";
  };
  const delayed = `with a delay of ${parameters.adminDelaySeconds} s`;
  const immediate = "with a delay of 0 s";
  const checks = [
    check("ADMIN of admin", delayed, await holds(ROLES.ADMIN, parameters.admin)),
    check("OPERATOR of operator", immediate, await holds(ROLES.OPERATOR, parameters.operator)),
    check("GUARDIAN of guardian", immediate, await holds(ROLES.GUARDIAN, parameters.guardian)),
    check("ADMIN of deployer", "no", await holds(ROLES.ADMIN, deployer)),
  ];
  const duties = [
    { contract: poolETH, label: "PoolETH", functions: GUARDIAN_FUNCTIONS, role: ROLES.GUARDIAN },
    { contract: poolManager, label: "PoolManager", functions: OPERATOR_FUNCTIONS, role: ROLES.OPERATOR },
    { contract: clusterManager, label: "ClusterManager", functions: OWNER_FUNCTIONS, role: ROLES.OPERATOR },
  ];
  for (const { contract, label, functions, role } of duties) {
    const target = await contract.getAddress();
    for (const signature of functions) {
      const actual = await authority.getTargetFunctionRole(target, selector(signature));
      checks.push(check(`role of ${label}.${signature}`, role, actual));
    }
  }
  return checks;
}

type Value = string | number | bigint | undefined;

function check(name: string, expected: Value, actual: Value): WiringCheck {
  const show = (value: Value) =>
    typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value) ? getAddress(value) : String(value);
  return { name, expected: show(expected), actual: show(actual) };
}
