import { expect } from "chai";
import { toBeHex } from "ethers";

import type { ValidatorState } from "../../src/ssv/ownerEvents.ts";
import type { Hex } from "../../src/units/hex.ts";
import { mostKeys } from "../../tasks/commands/onboardingChunks.ts";
import { keysToRegister, keysToRemove, requireNextNonces, type UpdatedKey } from "../../tasks/commands/updatedKeys.ts";

const [A, B, NEW] = [
  [1n, 2n, 3n, 4n],
  [1n, 2n, 3n, 6n],
  [1n, 2n, 3n, 5n],
];
const SEVEN = [1n, 2n, 3n, 4n, 5n, 6n, 7n];

/** The key at a nonce of its new shares. */
function key(
  nonce: number,
  former: readonly bigint[] = A,
  state: ValidatorState = "registered",
  operatorIds: readonly bigint[] = NEW,
): UpdatedKey {
  const pubkey = toBeHex(nonce + 1, 48) as Hex;
  return {
    validator: { pubkey, operatorIds: former, ownerNonce: 0n, state },
    operatorIds,
    share: { pubkey, ownerNonce: BigInt(nonce), sharesData: "0x" },
  };
}
const nonces = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("keysToRemove", () => {
  it("groups keys by the cluster that they are in, and leaves out those that were removed", () => {
    const keys = [key(0), key(1, B), key(2, A, "removed"), key(3, A, "exit requested"), key(4, B)];
    const groups = keysToRemove(keys).map(({ operatorIds, validators }) => {
      return [operatorIds, validators.map(({ pubkey }) => BigInt(pubkey) - 1n)];
    });
    expect(groups).to.deep.equal([
      [A, [0n, 3n]],
      [B, [1n, 4n]],
    ]);
  });

  it("removes 500 at a time", () => {
    const groups = keysToRemove(nonces(1_001).map((nonce) => key(nonce)));
    expect(groups.map(({ validators }) => validators.length)).to.deep.equal([500, 500, 1]);
    expect(keysToRemove([])).to.deep.equal([]);
  });
});

describe("keysToRegister", () => {
  it("keeps the order of nonces, and cuts where former or new operators change", () => {
    const keys = [key(0), key(1), key(2, B), key(3), key(4, A, "removed", B)];
    const chunks = keysToRegister(keys, mostKeys).map(({ formerIds, operatorIds, keys: shares }) => {
      return [formerIds, operatorIds, shares.map(({ ownerNonce }) => ownerNonce)];
    });
    expect(chunks).to.deep.equal([
      [A, NEW, [0n, 1n]],
      [B, NEW, [2n]],
      [A, NEW, [3n]],
      [A, B, [4n]],
    ]);
  });

  it("registers as many at a time as SSV takes for so many operators", () => {
    const sizes = (operatorIds: readonly bigint[]) =>
      keysToRegister(
        nonces(100).map((nonce) => key(nonce, A, "removed", operatorIds)),
        mostKeys,
      ).map(({ keys }) => keys.length);
    expect(sizes(NEW)).to.deep.equal([80, 20]);
    expect(sizes(SEVEN)).to.deep.equal([40, 40, 20]);
  });
});

describe("requireNextNonces", () => {
  it("H14 takes nonces that follow on the account's without a gap, and no others", () => {
    expect(() => {
      requireNextNonces([key(7), key(8)], 7n);
    }).not.to.throw();
    for (const [keys, expected] of [
      [[key(7), key(9)], "is not the account's next one, 8 (got 9 of 0x"],
      [[key(6), key(7)], "is not the account's next one, 7 (got 6 of 0x"],
      [[key(8)], "is not the account's next one, 7 (got 8 of 0x"],
    ] as const)
      expect(() => {
        requireNextNonces(keys, 7n);
      }).to.throw(expected);
  });
});
