import { keccak256, toBeHex } from "ethers";
import { expect } from "chai";

import { clusterHash, clusterId, effectiveBalanceLeaf } from "../../../src/ssv/cluster.ts";
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
