import { keccak256, toBeHex } from "ethers";
import { expect } from "chai";

import {
  clusterHash,
  clusterId,
  effectiveBalanceLeaf,
  NEW_CLUSTER,
  type ClusterSnapshot,
} from "../../../src/ssv/cluster.ts";
import {
  EventOrderError,
  foldClusterEvents,
  newestSnapshot,
  nextOwnerNonce,
  type ClusterEvent,
  type ClusterEventName,
} from "../../../src/ssv/clusterEvents.ts";
import { OTHER_OWNER, OWNER } from "../support/operators.ts";

const IDS = [1n, 2n, 3n, 4n];
const OTHER_IDS = [1n, 2n, 3n, 5n];
const bare = (value: bigint, bytes: number): string => toBeHex(value, bytes).slice(2);

describe("ssv/cluster", () => {
  it("identifies a cluster by 20 bytes of owner and 32 of each operator", () => {
    const packed = `0x${OWNER.slice(2).toLowerCase()}${IDS.map((operator) => bare(operator, 32)).join("")}`;
    expect(clusterId(OWNER, IDS)).to.equal(keccak256(packed));
    expect(clusterId(OWNER.toLowerCase(), IDS)).to.equal(clusterId(OWNER, IDS));
    expect(clusterId(OWNER, OTHER_IDS)).not.to.equal(clusterId(OWNER, IDS));
    expect(clusterId(OTHER_OWNER, IDS)).not.to.equal(clusterId(OWNER, IDS));
  });

  it("H16: hashes a snapshot packed in 53 bytes, the balance before the flag", () => {
    const snapshot = { validatorCount: 2n, networkFeeIndex: 3n, index: 4n, active: true, balance: 5n };
    const packed = `0x${bare(2n, 4)}${bare(3n, 8)}${bare(4n, 8)}${bare(5n, 32)}01`;
    expect(packed).to.have.lengthOf(2 + 2 * 53);
    expect(clusterHash(snapshot)).to.equal(keccak256(packed));
  });

  it("has the leaf of a standard Merkle tree for its effective balance", () => {
    const id = clusterId(OWNER, IDS);
    const encoded = `0x${id.slice(2)}${bare(65n, 32)}`;
    expect(effectiveBalanceLeaf(id, 65n)).to.equal(keccak256(keccak256(encoded)));
  });
});

describe("ssv/clusterEvents", () => {
  const snapshot = (balance: bigint): ClusterSnapshot => ({ ...NEW_CLUSTER, validatorCount: 1n, balance });
  const event = (
    name: ClusterEventName,
    blockNumber: number,
    logIndex: number,
    fields: Partial<ClusterEvent> = {},
  ): ClusterEvent => ({
    ...{ name, blockNumber, logIndex, owner: OWNER, operatorIds: IDS },
    ...{ cluster: snapshot(BigInt(1000 * blockNumber + logIndex)), ...fields },
  });

  it("starts from an active, empty cluster and nonce 0", () => {
    const state = foldClusterEvents([]);
    expect(newestSnapshot(state, OWNER, IDS)).to.deep.equal({
      ...{ validatorCount: 0n, networkFeeIndex: 0n, index: 0n, active: true, balance: 0n },
    });
    expect(nextOwnerNonce(state, OWNER)).to.equal(0n);
  });

  it("H16: keeps the newest snapshot of each cluster, also one a third party changed", () => {
    const events = [
      event("ValidatorAdded", 1, 0),
      event("ValidatorAdded", 1, 1, { operatorIds: OTHER_IDS }),
      event("ClusterDeposited", 1, 2),
      event("ClusterBalanceUpdated", 2, 0, { owner: OTHER_OWNER }),
      event("ClusterLiquidated", 2, 1, { owner: OWNER.toLowerCase() }),
    ];

    const state = foldClusterEvents(events);

    expect(newestSnapshot(state, OWNER, IDS).balance).to.equal(2001n);
    expect(newestSnapshot(state, OWNER, OTHER_IDS).balance).to.equal(1001n);
    expect(newestSnapshot(state, OTHER_OWNER, IDS).balance).to.equal(2000n);
  });

  it("H14: counts every registration of the owner, and removals never take one back", () => {
    const first = foldClusterEvents([
      event("ValidatorAdded", 1, 0),
      event("ValidatorAdded", 1, 1, { operatorIds: OTHER_IDS }),
      event("ValidatorRemoved", 2, 0),
      event("ValidatorAdded", 3, 0, { owner: OTHER_OWNER }),
    ]);
    const second = foldClusterEvents([event("ValidatorAdded", 4, 0)], first);

    expect(nextOwnerNonce(first, OWNER)).to.equal(2n);
    expect(nextOwnerNonce(second, OWNER.toLowerCase())).to.equal(3n);
    expect(nextOwnerNonce(second, OTHER_OWNER)).to.equal(1n);
    expect(nextOwnerNonce(first, OWNER)).to.equal(2n);
  });

  it("refuses events out of order or repeated", () => {
    const a = event("ValidatorAdded", 2, 5);
    for (const b of [a, event("ClusterDeposited", 2, 4), event("ClusterDeposited", 1, 9)])
      expect(() => foldClusterEvents([a, b])).to.throw(EventOrderError, "cluster event 1");
  });
});
