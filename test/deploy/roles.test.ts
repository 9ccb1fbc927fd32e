import { expect } from "chai";
import { Interface, isCallException } from "ethers";

import {
  compiledContracts,
  type CompiledContract,
  productionContracts,
  sampleCall,
  writingFunctions,
} from "../helpers/abi.ts";
import { DAY, impersonate, passTime, strangers } from "../helpers/accounts.ts";
import { undone, useSuite } from "../helpers/isolation.ts";
import { deployRedeemable, type RedeemableSuite } from "../helpers/withdrawals.ts";

const CALLERS = [
  "nobody",
  "deployer",
  "member",
  "operator",
  "guardian",
  "admin",
  "authority",
  "poolManager",
  "accounting",
  "clusterManager",
  "queue",
  "withdrawalVault",
  "rewardsVault",
] as const;
type Caller = (typeof CALLERS)[number];
type Table = Record<string, Record<string, readonly Caller[]>>;

const ALL: readonly Caller[] = CALLERS;
const UPGRADES = {
  "announceUpgrade(address,bytes)": ["admin"],
  "cancelUpgrade()": ["admin"],
  "ossify()": ["admin"],
  "upgradeToAndCall(address,bytes)": ["admin"],
} as const;

/** Who gets past the check of the caller. A function that is missing here fails the test. */
const ALLOWED: Table = {
  PoolETH: {
    "receive()": ALL,
    "deposit(address,address)": ALL,
    "transfer(address,uint256)": ALL,
    "transferFrom(address,address,uint256)": ALL,
    "transferShares(address,uint256)": ALL,
    "transferSharesFrom(address,address,uint256)": ALL,
    "approve(address,uint256)": ALL,
    "permit(address,address,uint256,uint256,bytes)": ALL,
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": ALL,
    "adoptCommittee()": ALL,
    "redeem(uint256,uint256,address)": ALL,
    "stake((bytes,bytes,bytes,uint64,bool),uint256,(uint64,uint64,uint64),bytes)": ["poolManager"],
    "rebase(uint256,(address,uint256,address,uint256),int64)": ["accounting"],
    "lockShares(address,uint256)": ["queue"],
    "payForShares(uint256)": ["queue"],
    "receiveCollected()": ["withdrawalVault", "rewardsVault"],
    "setCap(uint24)": ["admin"],
    "announceCommittee(address)": ["admin"],
    "announceLoss(uint96)": ["admin"],
    "confirmLoss()": ["admin"],
    "rearmGuardian()": ["admin"],
    "pauseDeposits(uint32)": ["guardian"],
    "pauseStaking(uint32)": ["guardian"],
    "resume()": ["guardian"],
  },
  PoolETHDeployer: {
    "deploy(bytes,(address,address,address,address,address,address,address,address,uint256,uint24))": ["deployer"],
  },
  RewardsVault: { "receive()": ALL, "collect()": ALL },
  WithdrawalVault: {
    "receive()": ALL,
    "collect()": ALL,
    "requestWithdrawals(bytes,uint64[],address)": ["poolManager"],
    "requestCompounding(bytes)": ["poolManager"],
  },
  Committee: {},
  DataContract: {},
  WithdrawalQueue: {
    "requestWithdrawal(uint256,address)": ALL,
    "requestWithdrawals(uint256[],address)": ALL,
    "requestEther(uint256,address)": ALL,
    // Owners of requests are told apart from others by the requests: see the tests of claims.
    "claim(uint256,uint256,address)": ALL,
    "claimMany(uint256[],uint256[],address)": ALL,
    "claimWithdrawal(uint256,address)": ALL,
    "claimWithdrawals(uint256[],address)": ALL,
    "finalize(uint256,uint256)": ["accounting"],
    "markStale()": ALL,
    "finalizeStale(uint256)": ALL,
    // The pool alone, which calls nobody for others.
    "receiveEther()": [],
    "approve(address,uint256)": ALL,
    "setApprovalForAll(address,bool)": ALL,
    "transferFrom(address,address,uint256)": ALL,
    "safeTransferFrom(address,address,uint256)": ALL,
    "safeTransferFrom(address,address,uint256,bytes)": ALL,
  },
  WrappedPoolETH: {
    "receive()": ALL,
    "depositEther(address,address,uint256)": ALL,
    "deposit(uint256,address)": ALL,
    "depositWithPermit(uint256,address,uint256,bytes)": ALL,
    "mint(uint256,address)": ALL,
    // Owners of units are told apart from others by balances and allowances.
    "withdraw(uint256,address,address)": ALL,
    "redeem(uint256,address,address)": ALL,
    "requestWithdrawal(uint256,address)": ALL,
    "requestWithdrawals(uint256[],address)": ALL,
    "transfer(address,uint256)": ALL,
    "transferFrom(address,address,uint256)": ALL,
    "approve(address,uint256)": ALL,
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": ALL,
  },
  PoolManager: {
    ...UPGRADES,
    "initialize()": [],
    // Which refuses ether from everybody.
    "receive()": ALL,
    "deposit(address,address)": ALL,
    "applyReport((uint64,uint64,uint64,uint128,uint128,uint32,uint32,uint32,uint32,uint32,uint32,uint64),bytes)": ALL,
    "activate((uint256,uint64[],(bytes,bytes,bytes,uint64,bool),bytes,bytes32[],(uint32,uint64,uint64,bool,uint256)),(uint64,uint64,uint64),bytes)":
      ALL,
    "followOwnerNonce()": ALL,
    "registerBatch(bytes32,uint32,uint64[],string)": ["operator"],
    "discardBatch(uint256)": ["operator"],
  },
  // Which runs in the name of the pool manager.
  ValidatorExitRequests: {
    "restoreBatches(bytes20,uint256[],uint256)": ALL,
    "triggerOverdueExits((uint256,uint256,uint64[],bytes,bytes32[]),uint256)": ALL,
    "reportExits((uint256,uint256,uint64[],bytes,bytes32[])[],uint64,bytes)": ALL,
    "passGoneKeys(uint256)": ALL,
    "requestExits((uint256,uint256,uint64[],bytes,bytes32[]))": ["operator"],
    "requestPartialWithdrawals(bytes,uint64[])": ["operator"],
  },
  Accounting: {
    ...UPGRADES,
    "initialize((address,uint16,uint16,uint16,uint16,address))": [],
    "applyReport((uint64,uint64,uint64,uint128,uint128,uint32,uint32,uint32,uint32,uint32,uint32,uint64),bytes)": ALL,
    "skim()": ALL,
    "setPolicy((address,uint16,uint16,uint16,uint16,address))": ["admin"],
  },
  ClusterManager: {
    ...UPGRADES,
    "initialize(address,uint32,uint32)": [],
    "receive()": ALL,
    "depositReserve()": ALL,
    "register(bytes,bytes,uint256,uint64[],(uint32,uint64,uint64,bool,uint256),uint256)": ["poolManager"],
    "setRunway(uint32,uint32)": ["admin"],
    "setMaxEffectiveBalance(uint16)": ["admin"],
    "withdrawReserve(address,uint256)": ["admin"],
    "fund(uint64[],(uint32,uint64,uint64,bool,uint256),uint256)": ["operator"],
    "withdraw(uint64[],(uint32,uint64,uint64,bool,uint256),uint256)": ["operator"],
    "reactivate(uint64[],(uint32,uint64,uint64,bool,uint256))": ["operator"],
    "topUp(uint64[],(uint32,uint64,uint64,bool,uint256))": ALL,
    "exit(bytes,uint64[])": ["operator"],
    "remove(bytes,uint64[],(uint32,uint64,uint64,bool,uint256),uint64,bytes)": ALL,
    "allowRemoval(bytes32,bool)": ["admin"],
    "removeUnexited(bytes,uint64[],(uint32,uint64,uint64,bool,uint256))": ["operator"],
    "updateOperators((bytes,bytes,uint64[],uint64[],(uint32,uint64,uint64,bool,uint256),uint256))": ["operator"],
  },
  AccessManager: {
    "grantRole(uint64,address,uint32)": ["admin"],
    "revokeRole(uint64,address)": ["admin"],
    "labelRole(uint64,string)": ["admin"],
    "setRoleAdmin(uint64,uint64)": ["admin"],
    "setRoleGuardian(uint64,uint64)": ["admin"],
    "setGrantDelay(uint64,uint32)": ["admin"],
    "setTargetFunctionRole(address,bytes4[],uint64)": ["admin"],
    "setTargetAdminDelay(address,uint32)": ["admin"],
    "setTargetClosed(address,bool)": ["admin"],
    "updateAuthority(address,address)": ["admin"],
    // These look at what is asked for: the sample asks for a cap, which is the administrator's. He has no delay here, so
    // he has nothing to schedule.
    "execute(address,bytes)": ["admin"],
    "schedule(address,bytes,uint48)": [],
    "consumeScheduledOp(address,bytes)": [],
    "cancel(address,address,bytes)": ALL,
    "renounceRole(uint64,address)": ALL,
    "multicall(bytes[])": ALL,
  },
};

/** Errors by which a contract says that the caller is not the right one, or that nobody is. */
const REFUSALS = new Set([
  "CallerNotAuthorized",
  "CallerNotPeer",
  "CallerNotAllowed",
  "CallerNotPoolManager",
  "CallerNotDeployer",
  "AccessManagerUnauthorizedAccount",
  "AccessManagerUnauthorizedCall",
  "AccessManagerUnauthorizedConsume",
  "InvalidInitialization",
]);

async function addressesOf(suite: RedeemableSuite): Promise<Record<Caller, string>> {
  const { poolManager, accounting, clusterManager, queue, withdrawalVault, rewardsVault, authority } = suite;
  const contracts = { authority, poolManager, accounting, clusterManager, queue, withdrawalVault, rewardsVault };
  const [nobody] = await strangers(suite);
  const addresses: Partial<Record<Caller, string>> = {
    nobody: nobody.address,
    deployer: suite.deployer.address,
    member: suite.members[0]?.address ?? "",
    operator: suite.operator.address,
    guardian: suite.guardian.address,
    admin: suite.admin.address,
  };
  for (const [name, contract] of Object.entries(contracts)) addresses[name as Caller] = await contract.getAddress();
  return addresses as Record<Caller, string>;
}

/** Where each contract of the table is, and arguments for which a sample would not do. */
async function targetsOf(suite: RedeemableSuite, poolDeployer: string) {
  const { poolETH, poolManager, accounting, clusterManager, withdrawalVault, rewardsVault, queue } = suite;
  const { committee, authority } = suite;
  const targets = {
    PoolETH: poolETH,
    PoolManager: poolManager,
    ValidatorExitRequests: poolManager,
    Accounting: accounting,
    ClusterManager: clusterManager,
    WithdrawalVault: withdrawalVault,
    RewardsVault: rewardsVault,
    WithdrawalQueue: queue,
    WrappedPoolETH: suite.wrappedPoolETH,
    Committee: committee,
    AccessManager: authority,
  };
  const addresses = new Map([["PoolETHDeployer", poolDeployer]]);
  for (const [name, contract] of Object.entries(targets)) addresses.set(name, await contract.getAddress());
  const setCap = [await poolETH.getAddress(), poolETH.interface.encodeFunctionData("setCap", [1n])];
  const overrides = new Map<string, readonly unknown[]>([
    ["execute(address,bytes)", setCap],
    ["schedule(address,bytes,uint48)", [...setCap, 0n]],
  ]);
  return { addresses, overrides };
}

/** The name of the error by which a call would revert; undefined when it would not, empty when it gives none. */
async function errorOf(suite: RedeemableSuite, from: string, to: string, data: string, errors: Interface) {
  try {
    await suite.chain.ethers.provider.call({ from, to, data });
    return undefined;
  } catch (error) {
    const revert: unknown = isCallException(error) ? error.data : (error as { data?: unknown }).data;
    return typeof revert === "string" && revert !== "0x" ? (errors.parseError(revert)?.name ?? "") : "";
  }
}

describe("H70 Who may call what", () => {
  const suite = useSuite(deployRedeemable);
  let contracts: CompiledContract[];

  before(async () => {
    const custodyAndPolicy = (await productionContracts()).filter(({ isAbstract }) => !isAbstract);
    const manager = await compiledContracts((source) => source.endsWith("/AccessManager.sol"));
    contracts = [...custodyAndPolicy, ...manager];
  });

  it("H70 knows every function of every production contract", () => {
    const functions = contracts.flatMap((c) => writingFunctions(c.interface).map((f) => `${c.name}.${f}`));
    const listed = Object.entries(ALLOWED).flatMap(([name, rows]) => Object.keys(rows).map((f) => `${name}.${f}`));
    expect(
      functions.filter((f) => !listed.includes(f)),
      "missing from the table",
    ).to.deep.equal([]);
    expect(
      listed.filter((f) => !functions.includes(f)),
      "in the table only",
    ).to.deep.equal([]);
    expect(contracts.map(({ name }) => name).sort()).to.deep.equal(Object.keys(ALLOWED).sort());
  });

  it("H70 I38 lets pass exactly those whom the table names", async () => {
    const callers = await addressesOf(suite());
    const { ethers } = suite().chain;
    for (const caller of CALLERS) await impersonate(suite(), callers[caller]);
    const poolDeployer = await ethers.deployContract("PoolETHDeployer");
    const { addresses, overrides } = await targetsOf(suite(), await poolDeployer.getAddress());
    const implementation = await ethers.deployContract("RewardsVault", [await suite().poolETH.getAddress()]);
    overrides.set("upgradeToAndCall(address,bytes)", [await implementation.getAddress(), "0x"]);
    for (const proxy of [suite().poolManager, suite().accounting, suite().clusterManager])
      await proxy.connect(suite().admin).announceUpgrade(implementation, "0x");
    await passTime(suite(), 7n * DAY);
    const errors = new Interface(contracts.flatMap((c) => c.interface.fragments.filter((f) => f.type === "error")));

    for (const { name, interface: abi } of contracts)
      for (const [signature, allowed] of Object.entries(ALLOWED[name] ?? {})) {
        const passing: Caller[] = [];
        for (const caller of CALLERS) {
          const data = sampleCall(abi, signature, callers[caller], overrides.get(signature));
          const error = await errorOf(suite(), callers[caller], addresses.get(name) ?? "", data, errors);
          if (error === undefined || !isRefusal(error, signature)) passing.push(caller);
        }
        expect(passing, `${name}.${signature}`).to.deep.equal(allowed);
      }
  });

  it("I38 changes nothing when it refuses", async () => {
    const { poolETH, accounting } = suite();
    const [nobody] = await strangers(suite());
    const state = async () => [await poolETH.cap(), await poolETH.depositGates(), await accounting.policy()];
    const before = await state();
    await undone(suite(), async () => {
      const { treasury, operations } = await accounting.policy();
      await expect(poolETH.connect(nobody).setCap(1n))
        .to.be.revertedWithCustomError(poolETH, "CallerNotAuthorized")
        .withArgs(nobody.address, poolETH.interface.getFunction("setCap").selector);
      const policy = { treasury, operations, feeBasisPoints: 0, costsBasisPoints: 0 };
      await expect(accounting.connect(nobody).setPolicy({ ...policy, maxGainBasisPoints: 1, maxLossBasisPoints: 1 }))
        .to.be.revertedWithCustomError(accounting, "CallerNotAuthorized")
        .withArgs(nobody.address, accounting.interface.getFunction("setPolicy").selector);
      expect(await state()).to.deep.equal(before);
    });
  });
});

/** A bare revert is a refusal of `consumeScheduledOp` alone, which asks its caller something that accounts cannot answer. */
function isRefusal(error: string, signature: string): boolean {
  return REFUSALS.has(error) || (error === "" && signature.startsWith("consumeScheduledOp"));
}
