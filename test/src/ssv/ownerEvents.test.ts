import { expect } from "chai";

import { NEW_CLUSTER, type ClusterSnapshot } from "../../../src/ssv/cluster.ts";
import {
  EventOrderError,
  foldOwnerEvents,
  newestSnapshot,
  type ExitEvent,
  type SnapshotEvent,
  type SnapshotEventName,
} from "../../../src/ssv/ownerEvents.ts";
import { toHex } from "../../../src/units/hex.ts";
import { OTHER_OWNER, OWNER } from "../support/operators.ts";

const IDS = [1n, 2n, 3n, 4n];
const OTHER_IDS = [1n, 2n, 3n, 5n];
const [A, B] = [toHex(new Uint8Array(48).fill(1)), toHex(new Uint8Array(48).fill(2))];

describe("ssv/ownerEvents", () => {
  const snapshot = (balance: bigint): ClusterSnapshot => ({ ...NEW_CLUSTER, validatorCount: 1n, balance });
  const event = (
    name: SnapshotEventName,
    blockNumber: number,
    logIndex: number,
    fields: Partial<SnapshotEvent> = {},
  ): SnapshotEvent => ({
    ...{ name, blockNumber, logIndex, operatorIds: IDS },
    ...{ cluster: snapshot(BigInt(1000 * blockNumber + logIndex)), ...fields },
  });
  const exit = (blockNumber: number): ExitEvent => {
    return { name: "ValidatorExited", operatorIds: IDS, pubkey: A, blockNumber, logIndex: 0 };
  };

  it("starts from an active, empty cluster, nonce 0 and no recipient", () => {
    const state = foldOwnerEvents([]);
    expect(newestSnapshot(state, IDS)).to.deep.equal({
      ...{ validatorCount: 0n, networkFeeIndex: 0n, index: 0n, active: true, balance: 0n },
    });
    expect(state.ownerNonce).to.equal(0n);
    expect(state.feeRecipient).to.equal(undefined);
  });

  it("H16: keeps the newest snapshot of each cluster, also one a third party changed", () => {
    const state = foldOwnerEvents([
      event("ValidatorAdded", 1, 0),
      event("ValidatorAdded", 1, 1, { operatorIds: OTHER_IDS }),
      event("ClusterDeposited", 1, 2),
      event("ClusterBalanceUpdated", 2, 0),
      event("ClusterLiquidated", 2, 1),
    ]);

    expect(newestSnapshot(state, IDS).balance).to.equal(2001n);
    expect(newestSnapshot(state, OTHER_IDS).balance).to.equal(1001n);
    expect([...state.clusters.values()].map(({ operatorIds }) => operatorIds)).to.deep.equal([IDS, OTHER_IDS]);
  });

  it("H14: counts every registration of the owner, and removals never take one back", () => {
    const first = [event("ValidatorAdded", 1, 0, { pubkey: A }), event("ValidatorAdded", 1, 1, { pubkey: B })];
    const removed = [...first, event("ValidatorRemoved", 2, 0, { pubkey: A })];
    const again = [...removed, event("ValidatorAdded", 3, 0, { pubkey: A, operatorIds: OTHER_IDS })];

    expect(foldOwnerEvents(removed).ownerNonce).to.equal(2n);
    expect(foldOwnerEvents(again).ownerNonce).to.equal(3n);
    expect(foldOwnerEvents(again).validators.get(A)).to.deep.equal({
      ...{ pubkey: A, operatorIds: OTHER_IDS, ownerNonce: 2n, state: "registered" },
    });
    expect(foldOwnerEvents(again).validators.get(B)?.ownerNonce).to.equal(1n);
  });

  it("follows a validator from its registration to its removal", () => {
    const events = [
      event("ValidatorAdded", 1, 0, { pubkey: A }),
      exit(2),
      event("ValidatorRemoved", 3, 0, { pubkey: A }),
    ];
    const states = [1, 2, 3].map((count) => foldOwnerEvents(events.slice(0, count)).validators.get(A)?.state);
    expect(states).to.deep.equal(["registered", "exit requested", "removed"]);
    expect(newestSnapshot(foldOwnerEvents(events.slice(0, 2)), IDS).balance).to.equal(1000n);
  });

  it("keeps the newest fee recipient", () => {
    const place = { blockNumber: 1, logIndex: 0 };
    const named = [OWNER, OTHER_OWNER].map((recipient, logIndex) => {
      return { name: "FeeRecipientAddressUpdated" as const, recipient, ...place, logIndex };
    });
    expect(foldOwnerEvents(named).feeRecipient).to.equal(OTHER_OWNER);
    expect(foldOwnerEvents(named).clusters.size).to.equal(0);
  });

  it("refuses events out of order or repeated", () => {
    const a = event("ValidatorAdded", 2, 5);
    for (const b of [a, event("ClusterDeposited", 2, 4), event("ClusterDeposited", 1, 9)])
      expect(() => foldOwnerEvents([a, b])).to.throw(EventOrderError, "event 1 of the owner");
  });
});
