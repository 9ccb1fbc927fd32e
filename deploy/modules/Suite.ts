import { readFileSync } from "node:fs";

import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { id } from "ethers";

/** Roles of the access manager. Everything that no other role may do is for ADMIN. */
export const ROLES = { ADMIN: 0n, OPERATOR: 1n, GUARDIAN: 2n } as const;

/** Backs the shares that are locked at deployment. */
const INITIAL_ETHER = 1_000_000_000n;

/** What guardians may call on `PoolETH`. */
export const GUARDIAN_FUNCTIONS = ["pauseDeposits(uint32)", "pauseStaking(uint32)", "resume()"];
/** What operators may call on `PoolManager`. */
export const OPERATOR_FUNCTIONS = [
  "registerBatch(bytes32,uint32,uint64[],string)",
  "discardBatch(uint256)",
  "requestExits((uint256,uint256,uint64[],bytes,bytes32[]))",
  "requestPartialWithdrawals(bytes,uint64[])",
];
const CLUSTER = "(uint32,uint64,uint64,bool,uint256)";
/** What operators may do on `ClusterManager`: sign in its name, and manage its clusters. */
export const OWNER_FUNCTIONS = [
  "isValidSignature(bytes32,bytes)",
  `fund(uint64[],${CLUSTER},uint256)`,
  `withdraw(uint64[],${CLUSTER},uint256)`,
  `reactivate(uint64[],${CLUSTER})`,
  "exit(bytes,uint64[])",
  `removeUnexited(bytes,uint64[],${CLUSTER})`,
  `updateOperators((bytes,bytes,uint64[],uint64[],${CLUSTER},uint256))`,
];

/**
 * The whole pool. Everything is built to point at the address where the pool will be; the pool comes last and checks
 * that it does. The deployer is administrator until the roles are handed over in the last steps.
 */
export default buildModule("Suite", (m) => buildSuite(m));

type ModuleBuilder = Parameters<Parameters<typeof buildModule>[1]>[0];

/** The steps of the suite's module; `queueName` names another contract in place of the withdrawal queue. */
export function buildSuite(m: ModuleBuilder, queueName = "WithdrawalQueue") {
  const deployer = m.getAccount(0);
  const authority = m.contract("AccessManager", [deployer]);
  const poolDeployer = m.contract("PoolETHDeployer");
  const poolETHAddress = m.staticCall(poolDeployer, "poolETH");

  const withdrawalVault = m.contract("WithdrawalVault", [
    poolETHAddress,
    m.getParameter("withdrawalRequests"),
    m.getParameter("consolidationRequests"),
  ]);
  const rewardsVault = m.contract("RewardsVault", [poolETHAddress]);
  const committee = m.contract("Committee", [poolETHAddress, m.getParameter("members"), m.getParameter("quorum")]);

  const clusterManagerCode = m.contract("ClusterManager", [authority, poolETHAddress, m.getParameter("ssvNetwork")], {
    id: "ClusterManagerImplementation",
  });
  const clusterManagerProxy = m.contract(
    "ERC1967Proxy",
    [
      clusterManagerCode,
      m.encodeFunctionCall(clusterManagerCode, "initialize", [
        rewardsVault,
        m.getParameter("runwayBlocks"),
        m.getParameter("minRunwayBlocks"),
      ]),
    ],
    { id: "ClusterManagerProxy" },
  );

  const accountingCode = m.contract(
    "Accounting",
    [
      authority,
      poolETHAddress,
      withdrawalVault,
      rewardsVault,
      m.getParameter("genesisTime"),
      m.getParameter("secondsPerSlot"),
      m.getParameter("slotsPerFrame"),
    ],
    { id: "AccountingImplementation" },
  );
  const accountingProxy = m.contract(
    "ERC1967Proxy",
    [
      accountingCode,
      m.encodeFunctionCall(accountingCode, "initialize", [
        {
          treasury: m.getParameter("treasury"),
          feeBasisPoints: m.getParameter("feeBasisPoints"),
          costsBasisPoints: m.getParameter("costsBasisPoints"),
          maxGainBasisPoints: m.getParameter("maxGainBasisPoints"),
          maxLossBasisPoints: m.getParameter("maxLossBasisPoints"),
          operations: m.getParameter("operations"),
        },
      ]),
    ],
    { id: "AccountingProxy" },
  );

  const poolManagerCode = m.contract("PoolManager", [authority, poolETHAddress, accountingProxy, clusterManagerProxy], {
    id: "PoolManagerImplementation",
  });
  const poolManagerProxy = m.contract(
    "ERC1967Proxy",
    [poolManagerCode, m.encodeFunctionCall(poolManagerCode, "initialize", [])],
    { id: "PoolManagerProxy" },
  );

  const withdrawalQueue = m.contract(queueName, [poolETHAddress, accountingProxy], { id: "WithdrawalQueue" });
  const deployment = m.call(
    poolDeployer,
    "deploy",
    [
      poolETHCreationCode(),
      {
        authority,
        depositContract: m.getParameter("depositContract"),
        withdrawalVault,
        rewardsVault,
        withdrawalQueue,
        poolManager: poolManagerProxy,
        accounting: accountingProxy,
        committee,
        maxGrowthPerYearWad: m.getParameter("maxGrowthPerYearWad"),
        capEth: m.getParameter("capEth"),
      },
    ],
    { value: INITIAL_ETHER },
  );
  const poolETH = m.contractAt("PoolETH", poolETHAddress, { after: [deployment] });
  const wrappedPoolETH = m.contract("WrappedPoolETH", [poolETH]);

  const pauses = m.call(
    authority,
    "setTargetFunctionRole",
    [poolETH, GUARDIAN_FUNCTIONS.map(selector), ROLES.GUARDIAN],
    { id: "pauses" },
  );
  const batches = m.call(
    authority,
    "setTargetFunctionRole",
    [poolManagerProxy, OPERATOR_FUNCTIONS.map(selector), ROLES.OPERATOR],
    { id: "batches" },
  );
  const owner = m.call(
    authority,
    "setTargetFunctionRole",
    [clusterManagerProxy, OWNER_FUNCTIONS.map(selector), ROLES.OPERATOR],
    { id: "owner" },
  );
  const operator = m.call(authority, "grantRole", [ROLES.OPERATOR, m.getParameter("operator"), 0], { id: "operator" });
  const guardian = m.call(authority, "grantRole", [ROLES.GUARDIAN, m.getParameter("guardian"), 0], { id: "guardian" });
  const admin = m.call(
    authority,
    "grantRole",
    [ROLES.ADMIN, m.getParameter("admin"), m.getParameter("adminDelaySeconds")],
    { id: "admin", after: [pauses, batches, owner, operator, guardian] },
  );
  m.call(authority, "renounceRole", [ROLES.ADMIN, deployer], { id: "handover", after: [admin] });

  return {
    authority,
    poolDeployer,
    withdrawalVault,
    rewardsVault,
    committee,
    poolETH,
    withdrawalQueue,
    wrappedPoolETH,
    clusterManager: m.contractAt("ClusterManager", clusterManagerProxy, { id: "ClusterManager" }),
    accounting: m.contractAt("Accounting", accountingProxy, { id: "Accounting" }),
    poolManager: m.contractAt("PoolManager", poolManagerProxy, { id: "PoolManager" }),
  };
}

/** First four bytes of a call. */
export function selector(signature: string): string {
  return id(signature).slice(0, 10);
}

/** Ignition deploys contracts itself or not at all; this one is created by another contract. */
function poolETHCreationCode(): string {
  const artifact = new URL("../../artifacts/contracts/custody/PoolETH.sol/PoolETH.json", import.meta.url);
  return (JSON.parse(readFileSync(artifact, "utf8")) as { bytecode: string }).bytecode;
}
