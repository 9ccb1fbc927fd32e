import { expect } from "chai";
import { AbiCoder, keccak256, solidityPackedKeccak256, toBeHex, ZeroAddress } from "ethers";
import hre, { network } from "hardhat";

import { replay } from "../../scripts/conformance/replay.ts";
import type { Step, Trace } from "../../scripts/conformance/trace.ts";

const FEE = 1_000_000_000n;
const BLOCKS_BEFORE_START = 10n;
const RECORDED_START = 25;
const IDS = ["1", "2", "3", "4"];
const [OWNER, USER, STRANGER] = ["account:1", "account:2", "account:3"];
const [KEY, ...MORE_KEYS] = ["01", "02", "03", "04"].map((byte) => "0x" + byte.repeat(48));
const EMPTY = ["0", "0", "0", true, "0"];
const REFUSED = (name: string, ...args: unknown[]): Partial<Step> => ({ ok: false, error: { name, args } });
const DONE = (...events: [string, Record<string, unknown>][]): Partial<Step> => ({
  events: events.map(([name, args]) => ({ name, args })),
});

const PARAMETERS = {
  liquidationThresholdPeriod: "300",
  minimumLiquidationCollateral: "2000000000000",
  validatorsPerOperatorLimit: 3,
  declareOperatorFeePeriod: 1_000,
  executeOperatorFeePeriod: 1_000,
  operatorFeeIncreaseLimit: 1_000,
  networkFee: String(2n * FEE),
  maximumOperatorFee: String(5n * FEE),
  minimumOperatorEthFee: "10000000",
};

type Call = [from: string, name: string, args: unknown[], told: Partial<Step>];

/** A trace of one call per block. */
function traceOf(calls: Call[]): Trace {
  const steps = calls.map(([from, name, args, told], i) => {
    return { mine: 0, from, function: name, args, value: "0", block: i + 1, ok: true, ...told };
  });
  const ebOracles: Trace["ebOracles"] = ["account:15", "account:16", "account:17", "account:18"];
  return { parameters: PARAMETERS, dao: "account:0", ebOracles, steps };
}

function registrations(count: number, isPrivate = false): Call[] {
  return Array.from({ length: count }, (_, i) => {
    const [operatorId, publicKey] = [String(i + 1), toBeHex(i + 1)];
    const added = { operatorId, owner: OWNER, publicKey, fee: String(FEE) };
    const privacy = { operatorIds: [operatorId], toPrivate: isPrivate };
    const told = DONE(["OperatorAdded", added], ["OperatorPrivacyStatusUpdated", privacy]);
    return [OWNER, "registerOperator", [publicKey, String(FEE), isPrivate], told];
  });
}

/** The cluster of one validator settled in `block`; operator `i` was registered in block `i`. */
function clusterAt(block: number, operators: number, balance: bigint) {
  const operatorBlocks = Array.from({ length: operators }, (_, i) => block - 1 - i).reduce((sum, n) => sum + n, 0);
  return {
    validatorCount: "1",
    networkFeeIndex: String((BigInt(block) + BLOCKS_BEFORE_START) * 20_000n),
    index: String(operatorBlocks * 10_000),
    active: true,
    balance: String(balance),
  };
}

async function mismatchesOf(calls: Call[]): Promise<string[]> {
  return await replay(await network.create(), hre.artifacts, traceOf(calls));
}

describe("replay of the SSV simulator", () => {
  it("follows private operators, their whitelists and their earnings", async () => {
    const first = clusterAt(8, 4, 10n ** 16n);
    const struct = Object.values(first);
    const register = { operatorIds: IDS, publicKey: KEY, shares: "0x07", cluster: first };
    const whitelists = { operatorIds: ["1", "2"], whitelistAddresses: [USER, STRANGER] };
    const withdrawn = (value: bigint): [string, Record<string, unknown>] => [
      "OperatorWithdrawn",
      { owner: OWNER, operatorId: "1", value: String(value) },
    ];
    const operators = [
      { id: 1, earnings: String(7n * FEE), data: [OWNER, String(FEE), "1", ZeroAddress, false, true] },
    ];
    const rest = { ...first, index: "730000", networkFeeIndex: "620000", balance: "9999922999999999" };

    const calls: Call[] = [
      ...registrations(4),
      [
        OWNER,
        "setOperatorsPrivateUnchecked",
        [["1"]],
        DONE(["OperatorPrivacyStatusUpdated", { operatorIds: ["1"], toPrivate: true }]),
      ],
      [
        USER,
        "registerValidator",
        [KEY, IDS, "0x07", EMPTY],
        {
          ...REFUSED("CallerNotWhitelistedWithData", "1"),
          value: String(10n ** 16n),
          views: { balance: { revert: "ClusterDoesNotExist" } },
        },
      ],
      [
        OWNER,
        "setOperatorsWhitelists",
        [
          ["1", "2"],
          [USER, STRANGER],
        ],
        DONE(["OperatorMultipleWhitelistUpdated", whitelists]),
      ],
      [
        USER,
        "registerValidator",
        [KEY, IDS, "0x07", EMPTY],
        {
          ...DONE(["ValidatorAdded", { owner: USER, ...register }]),
          value: String(10n ** 16n),
          balanceChange: String(-(10n ** 16n)),
          clusterAfter: first,
        },
      ],
      [USER, "registerValidator", [KEY, IDS, "0x07", struct], REFUSED("ValidatorAlreadyExistsWithData", KEY)],
      [STRANGER, "removeOperatorsWhitelists", [["1"], [USER]], REFUSED("CallerNotOwnerWithData", STRANGER, OWNER)],
      [
        OWNER,
        "removeOperatorsWhitelists",
        [["1"], [USER]],
        DONE(["OperatorMultipleWhitelistRemoved", { operatorIds: ["1"], whitelistAddresses: [USER] }]),
      ],
      [
        USER,
        "bulkRegisterValidator",
        [MORE_KEYS, IDS, ["0x", "0x", "0x"], struct],
        REFUSED("CallerNotWhitelistedWithData", "1"),
      ],
      [OWNER, "setOperatorsWhitelistingContract", [["1"], USER], REFUSED("InvalidWhitelistingContract", USER)],
      [
        OWNER,
        "removeOperatorsWhitelistingContract",
        [["1"]],
        DONE(["OperatorWhitelistingContractUpdated", { operatorIds: ["1"], whitelistingContract: ZeroAddress }]),
      ],
      [
        OWNER,
        "setOperatorsPublicUnchecked",
        [["1"]],
        DONE(["OperatorPrivacyStatusUpdated", { operatorIds: ["1"], toPrivate: false }]),
      ],
      [
        OWNER,
        "withdrawOperatorEarnings",
        ["1", String(FEE)],
        { ...DONE(withdrawn(FEE)), balanceChange: String(FEE), operators },
      ],
      [
        OWNER,
        "withdrawAllVersionOperatorEarnings",
        ["1"],
        { ...DONE(withdrawn(8n * FEE)), balanceChange: String(8n * FEE) },
      ],
      [
        USER,
        "bulkRegisterValidator",
        [MORE_KEYS, IDS, ["0x", "0x", "0x"], struct],
        REFUSED("ExceedValidatorLimitWithData", "1"),
      ],
      [USER, "exitValidator", [KEY, ["1", "2", "3", "5"]], REFUSED("IncorrectValidatorStateWithData", KEY)],
      [OWNER, "removeOperator", ["1"], DONE(withdrawn(3n * FEE), ["OperatorRemoved", { operatorId: "1" }])],
      [
        USER,
        "withdraw",
        [IDS, "1", struct],
        {
          ...DONE(["ClusterWithdrawn", { owner: USER, operatorIds: IDS, value: "1", cluster: rest }]),
          balanceChange: "1",
          views: { burnRate: "5000000000", effectiveBalance: "32", isLiquidatable: false },
        },
      ],
      [STRANGER, "liquidateSSV", [USER, IDS, Object.values(rest)], REFUSED("IncorrectClusterVersion")],
      [STRANGER, "updateNetworkFee", ["0"], REFUSED("Error", "Ownable: caller is not the owner")],
    ];

    expect(await mismatchesOf(calls)).to.deep.equal([]);
  });

  for (const size of [7, 10, 13])
    it(`follows a cluster of ${size} operators to its liquidation by an effective balance`, async () => {
      const ids = Array.from({ length: size }, (_, i) => String(i + 1));
      const user = (await (await network.create()).ethers.getSigners())[2]?.address ?? "";
      const clusterId = solidityPackedKeccak256(["address", "uint64[]"], [user, ids]);
      const leaf = keccak256(keccak256(AbiCoder.defaultAbiCoder().encode(["bytes32", "uint32"], [clusterId, 64])));
      const rate = BigInt(size + 2) * FEE;
      const value = 310n * rate;
      const first = clusterAt(size + 1, size, value);
      const closed = { ...first, networkFeeIndex: "0", index: "0", active: false, balance: "0" };
      const at = { blockOffset: size + 1 };
      const blockNum = String(size + 1 + RECORDED_START);
      const vote = (i: number): Call => {
        const [merkleRoot, oracle] = [leaf, `account:${15 + i}`];
        const weights = {
          accumulatedWeight: String(BigInt(i + 1) * 25n * 10n ** 18n),
          quorum: String(75n * 10n ** 18n),
        };
        const proposed = { merkleRoot, blockNum, ...weights, oracleId: String(i + 1), oracle };
        const told =
          i === 2 ? DONE(["RootCommitted", { merkleRoot, blockNum }]) : DONE(["WeightedRootProposed", proposed]);
        return [oracle, "commitRoot", [leaf, at], told];
      };
      const update = (told: Partial<Step>, effectiveBalance = 64, cluster = Object.values(first)): Call => [
        STRANGER,
        "updateClusterBalance",
        [at, USER, ids, cluster, effectiveBalance, []],
        told,
      ];
      const [owner, operatorIds] = [USER, ids];
      const liquidated = { owner, operatorIds, cluster: closed };

      const calls: Call[] = [
        ...registrations(size),
        [
          USER,
          "registerValidator",
          [KEY, ids, "0x", EMPTY],
          {
            ...DONE(["ValidatorAdded", { owner, operatorIds, publicKey: KEY, shares: "0x", cluster: first }]),
            value: String(value),
          },
        ],
        update(REFUSED("RootNotFound")),
        ...[0, 1, 2].map(vote),
        update(REFUSED("InvalidProof"), 32),
        update({
          ...DONE(
            ["ClusterLiquidated", liquidated],
            ["ClusterBalanceUpdated", { ...liquidated, blockNum, effectiveBalance: "64" }],
          ),
          balanceChange: String(304n * rate),
          views: { burnRate: String(2n * rate), isLiquidated: true },
        }),
        update(REFUSED("StaleUpdate"), 64, Object.values(closed)),
        [
          USER,
          "reactivate",
          [ids, Object.values(closed)],
          { ...REFUSED("InsufficientBalance"), value: String(600n * rate - 1n) },
        ],
      ];

      expect(await mismatchesOf(calls)).to.deep.equal([]);
    });

  it("takes numbers, accounts and hex as they are written", async () => {
    const calls = registrations(1);
    const [told] = calls[0]?.[3].events ?? [];
    const owner = (await (await network.create()).ethers.getSigners())[1]?.address;
    if (told !== undefined) told.args = { operatorId: 1, owner, publicKey: "0x01", fee: Number(FEE) };

    expect(await mismatchesOf(calls)).to.deep.equal([]);
  });
});
