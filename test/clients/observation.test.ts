import { expect } from "chai";

import { BeaconError, beaconUrl } from "../../clients/beaconHttp.ts";
import { BeaconNode } from "../../clients/beaconNode.ts";
import { observe } from "../../clients/observation.ts";
import { fetchSlotClock } from "../../clients/report.ts";
import { StakeLogError } from "../../clients/stakes.ts";
import { ObservationError } from "../../src/oracle/validatorKeys.ts";
import { FieldError } from "../../src/units/errors.ts";
import { useBeaconServer } from "../helpers/beaconServer.ts";
import { useSuite } from "../helpers/isolation.ts";
import { connectObserved, deployObserved, pendingAt, serveSuite, validatorAt } from "../helpers/observedPool.ts";
import { applyReport, nextRefSlot } from "../helpers/report.ts";
import type { ServedState } from "../helpers/servedState.ts";
import { FOREIGN } from "../src/support/stakes.ts";

const GWEI = 10n ** 9n;
const STAKE_GWEI = 32n * GWEI;

describe("observe", () => {
  const server = useBeaconServer();
  const suite = useSuite(deployObserved);

  const node = () => new BeaconNode({ url: beaconUrl(server().url, "beacon-node"), field: "beacon-node" });
  const at = (position: number, changes = {}) => validatorAt(suite().ceremony, position, changes);
  const allActive = () => [0, 1, 2, 3].map((position) => at(position));
  const serve = (state: Partial<ServedState>, slot = suite().refSlot) => serveSuite(server(), suite(), slot, state);
  const collect = async (slot = suite().refSlot) => observe(await connectObserved(suite()), node(), slot);
  const failureOf = async (type: typeof FieldError, action = collect()): Promise<string> => {
    const error: unknown = await action.catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(type);
    return error instanceof Error ? error.message : "";
  };

  it("collects the whole report of a slot, and says what has become of each key", async () => {
    const { ceremony, refSlot, rewardsVault, chain } = suite();
    await chain.networkHelpers.setBalance(await rewardsVault.getAddress(), 7n);
    const validators = [
      at(0, { balanceGwei: STAKE_GWEI + 5n }),
      at(1, { isSlashed: true, balanceGwei: 31n * GWEI, exitEpoch: 230n, withdrawableEpoch: 8_000n }),
      at(3, { withdrawalCredentials: FOREIGN }),
    ];
    const { stateRoot } = await serve({ validators, pendingDeposits: [pendingAt(ceremony, 2)] });
    const { report, reference, keys } = await collect();
    expect(report).to.deep.equal({
      refSlot,
      validatorsGwei: 63n * GWEI + 5n,
      pendingGwei: STAKE_GWEI,
      stakedWei: 128n * 10n ** 18n,
      // The block of the slot was before the vault got its ether.
      vaultsReceivedWei: 0n,
      stakedKeys: 4n,
      activeKeys: 2n,
      exitingKeys: 1n,
      exitedKeys: 0n,
      slashedKeys: 1n,
      lostKeys: 1n,
      finalizeUpTo: 0n,
    });
    expect(reference).to.include({ stateRoot, id: stateRoot });
    const states = ["active", "exiting", "pending", "foreign", "stakedLater"];
    expect(keys.map(({ pubkey, state }) => [pubkey, state])).to.deep.equal(
      ceremony.keys.map(({ pubkey }, i) => [pubkey, states[i]]),
    );
    const asked = server().asked.filter(({ path }) => /validators$|pending_deposits$/.test(path));
    expect(asked.every(({ path }) => path.includes(`/states/${stateRoot}/`))).to.equal(true);
  });

  it("collects reports that the contract takes, one after the other, also when paid out keys get gifts", async () => {
    const { accounting, chain, withdrawalVault } = suite();
    const gone = { exitEpoch: 1n, withdrawableEpoch: 2n };
    await chain.networkHelpers.setBalance(await withdrawalVault.getAddress(), 32n * 10n ** 18n);
    const second = await nextRefSlot(suite());
    const rest = [1, 2, 3, 4].map((position) => at(position));
    await serve({ validators: [at(0, { ...gone, balanceGwei: 0n }), ...rest] }, second);
    const { report } = await collect(second);
    expect(report).to.include({ exitedKeys: 1n, activeKeys: 4n, vaultsReceivedWei: 32n * 10n ** 18n });
    await applyReport(suite(), report);

    const third = await nextRefSlot(suite());
    await serve({ validators: [at(0, { ...gone, balanceGwei: 2n * GWEI }), ...rest] }, third);
    const { report: next } = await collect(third);
    expect(next).to.include({ exitedKeys: 1n, exitingKeys: 0n, validatorsGwei: 130n * GWEI });
    await applyReport(suite(), next);
    expect((await accounting.lastReport()).refSlot).to.equal(third);

    const fourth = await nextRefSlot(suite());
    await serve({ validators: [at(0), ...rest] }, fourth);
    expect(await failureOf(ObservationError, collect(fourth))).to.contain(
      "exitedKeys cannot follow the last report, which allows 1 to 0 (got 0)",
    );
  });

  it("H34 refuses where it does not know all keys that were staked to", async () => {
    await serve({ validators: allActive() });
    const { poolETH } = suite();
    const [first] = await poolETH.queryFilter(poolETH.filters.Staked());
    const startBlock = (first?.blockNumber ?? 0) + 1;
    const observed = { ...(await connectObserved(suite())), startBlock };
    expect(await failureOf(StakeLogError, observe(observed, node(), suite().refSlot))).to.contain(
      "stakes are not all that the pool has staked (got 32000000000000000000 of 128000000000000000000 wei)",
    );
  });

  it("H34 refuses a state that lacks a key, and names it", async () => {
    const { ceremony } = suite();
    await serve({ validators: allActive().slice(1) });
    expect(await failureOf(ObservationError)).to.contain(
      `key has neither a validator nor the pool's deposit in the queue, whose signature is valid (got ${ceremony.keys[0]?.pubkey ?? ""})`,
    );
  });

  it("refuses an execution node that has another block than the beacon state stands on", async () => {
    const { provider } = suite().chain.ethers;
    const number = (await provider.getBlockNumber()) - 1;
    const hash = `0x${"12".repeat(32)}`;
    await serve({ validators: allActive(), executionBlock: { number, hash } });
    expect(await failureOf(ObservationError)).to.contain(
      `execution block ${number} is not that of the beacon state at slot ${suite().refSlot}, ${hash} (got 0x`,
    );
    await serve({ validators: allActive(), executionBlock: { number: 1_000_000, hash } });
    expect(await failureOf(ObservationError)).to.contain("(got no block)");
  });

  it("refuses a node whose state changes while it is read", async () => {
    await serve({ validators: allActive() });
    const served = server().answers.get("/root");
    server().answers.set("/root", (question) => {
      const hasRead = server().asked.some(({ path }) => path.endsWith("/pending_deposits"));
      if (hasRead) return { json: { data: { root: `0x${"99".repeat(32)}` } } };
      return typeof served === "function" ? served(question) : "hang";
    });
    expect(await failureOf(BeaconError)).to.contain("has another state at slot");
  });

  it("refuses a node of another chain, clock or genesis", async () => {
    const validators = allActive();
    const clock = await fetchSlotClock(suite().accounting);
    await serve({ validators, chainId: 1n });
    expect(await failureOf(BeaconError)).to.contain("follows another chain than the pool's, 31337 (got chain id 1)");
    await serve({ validators, clock: { ...clock, genesisTime: clock.genesisTime + 1n } });
    expect(await failureOf(BeaconError)).to.contain("has other slots than the pool, of 12 seconds from");
    await serve({ validators, clock: { ...clock, secondsPerSlot: 6n } });
    expect(await failureOf(BeaconError)).to.contain("has other slots than the pool");
    // On another genesis fork version the same deposits have no valid signature.
    const pendingDeposits = [pendingAt(suite().ceremony, 0)];
    await serve({ validators: validators.slice(1), pendingDeposits, genesisForkVersion: "0x00000001" });
    expect((await collect()).report).to.include({ lostKeys: 1n, pendingGwei: 0n });
    await serve({ validators: validators.slice(1), pendingDeposits });
    expect((await collect()).report).to.include({ lostKeys: 0n, pendingGwei: STAKE_GWEI });
  });
});
