import { ssz } from "@lodestar/types";
import { expect } from "chai";

import { FAR_FUTURE_EPOCH } from "../../../src/oracle/beaconState.ts";
import { PubkeyIndex } from "../../../src/oracle/pubkeyIndex.ts";
import { blockRootOf, openState, StateFormatError, type KnownFork } from "../../../src/oracle/sszState.ts";
import { DEPOSIT, scanDepositBytes, scanState } from "../../../src/oracle/stateScan.ts";
import { fromHex, toHex, type Hex } from "../../../src/units/hex.ts";

/** Keys that differ in all but their first bytes, in their last byte alone from 1,000 on. */
function keyOf(position: number): Hex {
  const bytes = Buffer.alloc(48, 0x8a);
  if (position < 1_000) bytes.writeUInt32LE(position * 2_654_435, 8);
  else bytes.writeUInt16LE(position, 46);
  return toHex(bytes);
}

function recordOf(position: number) {
  return {
    pubkey: fromHex(keyOf(position), "pubkey"),
    withdrawalCredentials: new Uint8Array(32).fill(position % 3),
    effectiveBalance: 32e9 + position,
    slashed: position === 5,
    activationEligibilityEpoch: 1,
    activationEpoch: 2,
    exitEpoch: position === 5 ? 300 : Infinity,
    withdrawableEpoch: position === 5 ? 8_492 : Infinity,
  };
}

function depositOf(position: number, slot: number) {
  const withdrawalCredentials = new Uint8Array(32).fill(slot);
  const pubkey = fromHex(keyOf(position), "pubkey");
  return { pubkey, withdrawalCredentials, amount: slot * 1e9, signature: new Uint8Array(96).fill(slot), slot };
}

function stateBytes(fork: KnownFork): Buffer {
  const value = ssz.fulu.BeaconState.defaultValue();
  value.slot = 77;
  value.genesisValidatorsRoot = new Uint8Array(32).fill(9);
  value.latestBlockHeader = { ...value.latestBlockHeader, slot: 70, stateRoot: new Uint8Array(32).fill(4) };
  for (let i = 0; i < 20; i++) value.validators.push(recordOf(i));
  value.validators.push(recordOf(1_000), recordOf(1_001));
  value.balances = value.validators.map((_, i) => 33e9 + i);
  value.pendingDeposits = [depositOf(3, 1), depositOf(500, 2), depositOf(3, 3), depositOf(600, 4)];
  const types = { electra: ssz.electra.BeaconState, fulu: ssz.fulu.BeaconState };
  return Buffer.from(types[fork].serialize(value));
}

describe("a beacon state in SSZ", () => {
  const bytes = stateBytes("fulu");
  const failureOf = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      expect(error).to.be.instanceOf(StateFormatError);
      return (error as Error).message;
    }
    throw new Error("it did not fail");
  };

  for (const fork of ["electra", "fulu"] as const)
    it(`is read without its lists, of ${fork}`, () => {
      const state = openState(stateBytes(fork), fork, ssz);
      expect(state).to.deep.include({ slot: 77n, genesisValidatorsRoot: `0x${"09".repeat(32)}` });
      const counts = [state.validators, state.balances, state.pendingDeposits].map(({ count }) => count);
      expect(counts).to.deep.equal([22, 22, 4]);
    });

  it("has the validators and deposits of some keys, and no others", () => {
    const keys = [keyOf(5), keyOf(3), keyOf(600), keyOf(1_001), keyOf(900)];
    const { validators, pendingDeposits } = scanState(openState(bytes, "fulu", ssz), keys, ssz);
    expect([...validators.keys()]).to.deep.equal([keyOf(3), keyOf(5), keyOf(1_001)]);
    expect(validators.get(keyOf(5))).to.deep.equal({
      ...{ index: 5n, pubkey: keyOf(5), withdrawalCredentials: `0x${"02".repeat(32)}` },
      ...{ balanceGwei: 33_000_000_005n, effectiveBalanceGwei: 32_000_000_005n },
      ...{ isSlashed: true, exitEpoch: 300n, withdrawableEpoch: 8_492n },
    });
    expect(validators.get(keyOf(1_001))).to.include({
      ...{ index: 21n, balanceGwei: 33_000_000_021n, isSlashed: false },
      ...{ exitEpoch: FAR_FUTURE_EPOCH, withdrawableEpoch: FAR_FUTURE_EPOCH },
    });
    const entry = (pubkey: Hex, n: number) => {
      const [withdrawalCredentials, signature] = [32, 96].map((length) => toHex(new Uint8Array(length).fill(n)));
      return { pubkey, withdrawalCredentials, amountGwei: BigInt(n) * 10n ** 9n, signature, slot: BigInt(n) };
    };
    const queue = [entry(keyOf(3), 1), entry(keyOf(3), 3), entry(keyOf(600), 4)];
    expect(pendingDeposits).to.deep.equal(queue);
    expect(scanState(openState(bytes, "fulu", ssz), [], ssz).validators.size).to.equal(0);
  });

  it("has a queue of deposits that is read without the types, as these have it", () => {
    const { PendingDeposit, PendingDeposits } = ssz.electra;
    const ranges = PendingDeposit.getFieldRanges(new DataView(new ArrayBuffer(DEPOSIT.size)), 0, DEPOSIT.size);
    const starts = Object.keys(PendingDeposit.fields).map((name, i) => [name, ranges[i]?.start]);
    expect({ ...Object.fromEntries(starts), size: PendingDeposit.fixedSize }).to.deep.equal(DEPOSIT);
    const queue = Buffer.from(PendingDeposits.serialize([depositOf(3, 1), depositOf(4, 2), depositOf(3, 3)]));
    expect(scanDepositBytes(queue, [keyOf(3)]).map(({ slot }) => slot)).to.deep.equal([1n, 3n]);
    expect(failureOf(() => scanDepositBytes(queue.subarray(0, -1), []))).to.contain(
      "pending deposits end in the middle of one of 192 bytes (got 575 bytes)",
    );
  });

  it("tells the root of its newest block, whose state root may be the state's own", () => {
    const value = ssz.fulu.BeaconState.deserialize(bytes);
    const rootOf = (header = value.latestBlockHeader) => toHex(ssz.phase0.BeaconBlockHeader.hashTreeRoot(header));
    const [own, none] = [new Uint8Array(32).fill(6), new Uint8Array(32)];
    const open = () => openState(Buffer.from(ssz.fulu.BeaconState.serialize(value)), "fulu", ssz);
    expect(blockRootOf(open(), own, ssz)).to.equal(rootOf());
    const { slot, proposerIndex, parentRoot, bodyRoot } = value.latestBlockHeader;
    const header = { slot, proposerIndex, parentRoot, bodyRoot };
    value.latestBlockHeader = { ...header, stateRoot: none };
    expect(blockRootOf(open(), own, ssz)).to.equal(rootOf({ ...header, stateRoot: own }));
  });

  it("H44 is refused where it is cut off, too long, or of another fork", () => {
    const open = (changed: Buffer, fork: KnownFork = "fulu") => failureOf(() => openState(changed, fork, ssz));
    expect(open(bytes.subarray(0, 0))).to.contain("beacon state is not one of fulu: ");
    expect(open(bytes.subarray(0, 5_000))).to.contain("beacon state is not one of fulu: ");
    expect(open(bytes.subarray(0, -1))).to.contain("beacon state is not one of fulu: Offset out of bounds");
    expect(open(Buffer.concat([bytes, Buffer.alloc(7)]))).to.contain(
      "is not one of fulu: pendingConsolidations ends in the middle of an element of 16 bytes (got",
    );
    expect(open(bytes, "electra")).to.contain(
      "beacon state is not one of electra: First offset must equal to fixedEnd",
    );
  });

  it("is refused with another number of balances than validators, or one key twice", () => {
    const value = ssz.fulu.BeaconState.deserialize(bytes);
    value.balances.pop();
    const short = Buffer.from(ssz.fulu.BeaconState.serialize(value));
    expect(failureOf(() => openState(short, "fulu", ssz))).to.contain(
      "has 22 validators, and not a balance of each (got 21 balances)",
    );
    value.balances.push(0, 0);
    value.validators.push(recordOf(7));
    const twice = openState(Buffer.from(ssz.fulu.BeaconState.serialize(value)), "fulu", ssz);
    expect(failureOf(() => scanState(twice, [keyOf(7)], ssz))).to.contain("has two validators of one key (got 0x8a");
    expect(scanState(twice, [keyOf(8)], ssz).validators.size).to.equal(1);
  });
});

describe("PubkeyIndex", () => {
  it("finds all of its keys at any offset, and no other", () => {
    const own = Array.from({ length: 700 }, (_, i) => keyOf(i));
    const index = new PubkeyIndex([...own, ...own]);
    const bytes = Buffer.concat(Array.from({ length: 1_200 }, (_, i) => fromHex(keyOf(i), "pubkey")));
    const found = Array.from({ length: 1_200 }, (_, i) => index.find(bytes, 48 * i)).filter((key) => key !== undefined);
    expect(found).to.deep.equal(own);
    expect(new PubkeyIndex([]).find(bytes, 0)).to.equal(undefined);
  });
});
