import { expect } from "chai";

import { checkNonceOrder, type OrderedBatch } from "../../../src/ceremony/nonceOrder.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { OTHER_OWNER, OWNER } from "../support/operators.ts";

const key = (i: number): Hex => `0x${i.toString(16).padStart(96, "0")}`;
const batch = (firstNonce: bigint, keys: number[], owner = OWNER): OrderedBatch => ({
  owner,
  firstNonce,
  pubkeys: keys.map(key),
});
const NOTHING = {
  owner: OWNER,
  nextNonce: 0n,
  registered: new Set<Hex>(),
  isWaiting: () => false,
};

describe("ceremony/nonceOrder", () => {
  const [first, second] = [batch(0n, [0, 1]), batch(2n, [2, 3, 4])];

  it("keeps batches that follow on the account's next nonce, whatever their order", () => {
    expect(checkNonceOrder([second, first], NOTHING)).to.deep.equal({ stale: [], nextNonce: 5n });
    expect(checkNonceOrder([], { ...NOTHING, nextNonce: 9n })).to.deep.equal({ stale: [], nextNonce: 9n });
  });

  it("does not count what was registered or waits, because the account's next nonce does", () => {
    const registered = new Set([key(0), key(1)]);

    expect(checkNonceOrder([first, second], { ...NOTHING, nextNonce: 2n, registered })).to.deep.equal({
      stale: [],
      nextNonce: 5n,
    });
    const isWaiting = (each: OrderedBatch) => each === second;
    expect(checkNonceOrder([first, second], { ...NOTHING, nextNonce: 5n, registered, isWaiting })).to.deep.equal({
      stale: [],
      nextNonce: 5n,
    });
  });

  it("finds batches whose nonces others took, that come too late, or that are another owner's", () => {
    expect(checkNonceOrder([first, second], { ...NOTHING, nextNonce: 1n })).to.deep.equal({
      stale: [first, second],
      nextNonce: 1n,
    });
    expect(checkNonceOrder([second], NOTHING).stale).to.deep.equal([second]);
    expect(checkNonceOrder([batch(0n, [0], OTHER_OWNER)], NOTHING).stale).to.have.lengthOf(1);
  });

  it("finds a batch of which some keys were registered and the others dropped", () => {
    const registered = new Set([key(0)]);

    const order = checkNonceOrder([first, second], { ...NOTHING, nextNonce: 1n, registered });

    expect(order).to.deep.equal({ stale: [first, second], nextNonce: 1n });
  });

  it("goes on within a batch whose first keys are registered, where an account takes parts", () => {
    const order = (registered: number[], nextNonce: bigint) =>
      checkNonceOrder([first, second], {
        ...{ ...NOTHING, takesParts: true, nextNonce },
        registered: new Set(registered.map(key)),
      });

    expect(order([0], 1n)).to.deep.equal({ stale: [], nextNonce: 5n });
    expect(order([0, 1, 2, 3], 4n)).to.deep.equal({ stale: [], nextNonce: 5n });
    // Another key than the first, and a nonce that somebody else's key took.
    expect(order([1], 1n).stale).to.deep.equal([first, second]);
    expect(order([0], 2n)).to.deep.equal({ stale: [first], nextNonce: 5n });
  });

  it("keeps what fits again once batches before it are left out", () => {
    expect(checkNonceOrder([first, second], { ...NOTHING, nextNonce: 2n })).to.deep.equal({
      stale: [first],
      nextNonce: 5n,
    });
  });
});
