import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { fetchActiveBalance } from "../../../clients/activeBalance.ts";
import { fetchFinality, fetchProposals } from "../../../clients/beaconDuties.ts";
import { beaconUrl } from "../../../clients/beaconHttp.ts";
import { BeaconNode } from "../../../clients/beaconNode.ts";
import { fetchBlockIncome } from "../../../clients/payouts.ts";
import { findReferenceState, type ReferenceState } from "../../../clients/referenceState.ts";
import { fetchStateValidators } from "../../../clients/stateRecords.ts";
import { flowsOf, type KnownFlows } from "../../../daemon/oracle/keyFlows.ts";
import { fetchInactivityScores } from "../../../daemon/oracle/inactivity.ts";
import { fetchOwnSyncSeats, indicesOf } from "../../../daemon/oracle/ownSyncSeats.ts";
import { changesOfKeys, requireConserved, type KeyChange, type StakeFlows } from "../../../src/oracle/conservation.ts";
import { REWARD_RULES } from "../../../src/oracle/rewardRules.ts";
import { syncSlotsOf } from "../../../src/oracle/syncSeats.ts";
import type { ObservedKey } from "../../../src/oracle/validatorKeys.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { allValidators } from "../../helpers/devnetChain.ts";
import { BeaconDevnet } from "../../devnet/fixture/beaconDevnet.ts";

const RULES = REWARD_RULES.minimal;
const VAULT: Hex = `0x${"09".repeat(20)}`;
/** Slots of both states: eight epochs, of which one has no blocks. */
const [FROM, TO] = [15n, 79n];

describe("conservation on a real chain", () => {
  let devnet: BeaconDevnet;
  let provider: JsonRpcProvider;
  let node: BeaconNode;
  let state: StakeFlows;
  let known: KnownFlows;

  const keysAt = async (slot: bigint): Promise<ObservedKey[]> => {
    const pubkeys = (await allValidators(node, slot)).map(({ validator }) => validator.pubkey as Hex);
    const validators = [...(await fetchStateValidators(node, slot, pubkeys)).values()];
    return validators.map((validator) => ({
      ...{ pubkey: validator.pubkey, state: "active", stakedGwei: 32_000_000_000n },
      ...{ balanceGwei: validator.balanceGwei, pendingGwei: 0n, validator },
    }));
  };
  const reference = async (slot: bigint): Promise<ReferenceState> => findReferenceState(node, RULES, slot);
  const residues = (changed: Partial<StakeFlows>): KeyChange[] =>
    changesOfKeys({ ...state, ...changed }).filter(({ residueGwei }) => residueGwei !== 0n);

  before(async function () {
    this.timeout(180_000);
    devnet = await BeaconDevnet.start();
    provider = new JsonRpcProvider(devnet.addresses.rpcUrl);
    node = new BeaconNode({ url: beaconUrl(devnet.addresses.beaconUrl, "beacon-node"), field: "beacon-node" });
    await devnet.call("step", { slots: 30 });
    await devnet.call("step", { slots: 8, isMissed: true });
    await devnet.call("step", { slots: 82 });

    const [first, last] = await Promise.all([reference(FROM), reference(TO)]);
    const [earlier, keys] = await Promise.all([keysAt(FROM), keysAt(TO)]);
    const chain = await node.chain();
    const active = await fetchActiveBalance(node, chain.chainId, TO, { fromEpoch: FROM / 8n, toEpoch: TO / 8n });
    const { payouts } = await fetchBlockIncome(provider, [VAULT], {
      fromBlock: first.executionBlock.number + 1,
      toBlock: last.executionBlock.number,
    });
    const seats = [
      ...(await fetchOwnSyncSeats(node, first, earlier, RULES)),
      ...(await fetchOwnSyncSeats(node, last, keys, RULES)),
    ];
    const frame = { fromSlot: FROM, toSlot: TO, rules: RULES, active, inactivityScores: 0n };
    known = {
      ...{ keys, payouts, gifts: new Map(), consolidations: [] },
      proposals: await fetchProposals(node, { fromSlot: FROM + 1n, toSlot: TO }, indicesOf(keys)),
      syncSlots: syncSlotsOf(frame, seats),
    };
    state = { ...frame, before: earlier, after: keys, flows: flowsOf(known) };
  });

  after(async () => {
    provider.destroy();
    await devnet.stop();
  });

  it("explains the balance of each of its validators", () => {
    const sum = requireConserved(changesOfKeys(state));
    expect(state.after).to.have.lengthOf(64);
    expect(sum.residueGwei).to.equal(0n);
    expect(sum.sweptGwei > 0n).to.equal(true);
    expect(sum.beforeGwei - sum.sweptGwei + sum.earnedGwei).to.equal(sum.afterGwei);
  });

  it("has limits that are near to what was earned", () => {
    const { earnedGwei, mostGwei } = requireConserved(changesOfKeys(state));
    expect(earnedGwei > 0n && earnedGwei < mostGwei).to.equal(true);
    expect(Number(mostGwei) / Number(earnedGwei)).to.be.below(4);
  });

  it("finds each Gwei beyond the limits of each validator, and names that one", () => {
    for (const { pubkey, earnedGwei, leastGwei, mostGwei } of changesOfKeys(state))
      for (const [by, residue] of [
        [mostGwei - earnedGwei, 0n],
        [mostGwei - earnedGwei + 1n, 1n],
        [leastGwei - earnedGwei, 0n],
        [leastGwei - earnedGwei - 1n, -1n],
      ] as const) {
        const after = state.after.map((key) =>
          key.pubkey === pubkey ? { ...key, balanceGwei: key.balanceGwei + by } : key,
        );
        const expected = residue === 0n ? [] : [[pubkey, residue]];
        expect(residues({ after }).map((key) => [key.pubkey, key.residueGwei])).to.deep.equal(expected);
      }
  });

  it("needs the blocks that validators proposed", () => {
    const blocks = [...known.proposals.values()].reduce((sum, { blocks: count }) => sum + count, 0n);
    // Slots 16 to 79, without the eight that were missed.
    expect(blocks).to.equal(56n);
    expect(residues({ flows: flowsOf({ ...known, proposals: new Map() }) }).length).to.be.greaterThan(0);
    expect(known.syncSlots.size).to.be.greaterThan(0);
  });

  it("knows since when the chain is final", async () => {
    const epochs = Array.from({ length: 9 }, (_, i) => 1n + BigInt(i));
    const finalized = await fetchFinality(node, epochs, RULES.slotsPerEpoch);
    expect(finalized?.at(-1)).to.be.greaterThan(5n);
    expect(await fetchInactivityScores(node, { fromEpoch: 1n, toEpoch: 9n }, RULES.slotsPerEpoch)).to.equal(0n);
    expect(await fetchFinality(node, [1_000n], RULES.slotsPerEpoch)).to.equal(undefined);
  });
});
