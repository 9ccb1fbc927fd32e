import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { Pace, type SlotMaker, type Time } from "../../devnet/supervisor/pace.ts";

/** A chain that counts its slots, each of which takes a transaction. */
function counting(waiting = 0) {
  const slots: boolean[] = [];
  const errors: Error[] = [];
  const state = { waiting, fails: false };
  const maker: SlotMaker = {
    step: async (isMissed) => {
      await sleep(1);
      if (state.fails) throw new Error("no slot");
      slots.push(isMissed);
      state.waiting = Math.max(0, state.waiting - 1);
      return { slot: slots.length, hasBlock: !isMissed };
    },
    waiting: () => Promise.resolve(state.waiting),
    onError: (error) => errors.push(error),
  };
  return { slots, errors, state, maker };
}

/** After this long nothing happens any more in virtual time. */
const SETTLED_MS = 400;
const VIRTUAL: Time = { kind: "virtual" };

describe("pace of a devnet", () => {
  it("stands still in virtual time until slots are wanted", async () => {
    const { slots, maker } = counting();
    const pace = new Pace(VIRTUAL, maker);
    pace.start(0);
    await sleep(SETTLED_MS);
    expect(slots).to.deep.equal([]);

    expect(await pace.advance(3, false)).to.deep.equal({ slot: 3, hasBlock: true });
    await pace.advance(2, true);
    expect(slots).to.deep.equal([false, false, false, true, true]);
    await pace.stop();
  });

  it("lets a slot pass for transactions that come together, and one after them", async () => {
    const { slots, maker } = counting(1);
    const pace = new Pace(VIRTUAL, maker);
    for (let i = 0; i < 5; i++) pace.wake();
    await sleep(100);
    expect(slots).to.have.length(1);
    await sleep(SETTLED_MS);
    expect(slots).to.have.length(2);
    await pace.stop();
  });

  it("goes on while blocks take transactions, and gives up on those that no block takes", async () => {
    const taken = counting(4);
    const pace = new Pace(VIRTUAL, taken.maker);
    pace.wake();
    await sleep(SETTLED_MS);
    expect(taken.slots.length).to.equal(5);
    await pace.stop();

    const stuck = counting(1);
    const other = new Pace(VIRTUAL, { ...stuck.maker, waiting: () => Promise.resolve(1) });
    other.wake();
    await sleep(2 * SETTLED_MS);
    expect(stuck.slots.length).to.be.within(3, 6);
    await other.stop();
  });

  it("tells of a slot that fails, and lets the next one pass", async () => {
    const { slots, errors, state, maker } = counting(1);
    const pace = new Pace(VIRTUAL, maker);
    state.fails = true;
    pace.wake();
    await sleep(50);
    expect(errors.map(({ message }) => message)).to.deep.equal(["no slot"]);
    state.fails = false;
    await pace.advance(1, false);
    expect(slots).to.deep.equal([false]);
    await pace.stop();
  });

  it("never stands still without bounds, until it is stopped", async () => {
    const { slots, maker } = counting();
    const pace = new Pace({ kind: "unbounded" }, maker);
    pace.start(0);
    await sleep(100);
    await pace.stop();
    const passed = slots.length;
    expect(passed).to.be.greaterThan(5);
    await sleep(50);
    expect(slots).to.have.length(passed);
  });

  it("follows the clock in real time, from the slot that it has come to", async () => {
    const { slots, maker } = counting();
    const genesisTime = Date.now() / 1_000 - 10;
    const pace = new Pace({ kind: "real", slotSeconds: 1, genesisTime }, maker);
    pace.start(10);
    await sleep(500);
    expect(slots).to.have.length(0);
    await sleep(1_000);
    expect(slots).to.have.length(1);
    await pace.stop();
  });
});
