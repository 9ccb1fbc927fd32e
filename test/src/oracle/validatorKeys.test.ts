import { expect } from "chai";

import { HOODI, LOCAL } from "../../../src/consensus/network.ts";
import type { PendingDeposit, StateValidator } from "../../../src/oracle/beaconState.ts";
import type { DepositEntry } from "../../../src/oracle/pendingDeposits.ts";
import { observeKeys, ObservationError, type ObservedState } from "../../../src/oracle/validatorKeys.ts";
import {
  depositFor,
  FOREIGN,
  INFINITY_SIGNATURE,
  OWN,
  pubkeyOf,
  STAKE_GWEI,
  stakeFor,
  validatorOf,
} from "../support/stakes.ts";

const ETHER = 1_000_000_000n;
const REF_SLOT = 7_199n;
/** Of the reference slot. */
const EPOCH = 224n;

const queued = (deposit: DepositEntry, slot = 100n): PendingDeposit => ({ ...deposit, slot });
const stateOf = (
  validators: readonly StateValidator[],
  pendingDeposits: readonly PendingDeposit[],
  stakes = [stakeFor(1)],
): ObservedState => ({
  refSlot: REF_SLOT,
  slotsPerEpoch: 32n,
  blockNumber: 10,
  network: LOCAL,
  credentials: OWN,
  stakes,
  validators: new Map(validators.map((validator) => [validator.pubkey, validator])),
  pendingDeposits,
});
/** What has become of key 1, and what it is worth. */
const observed = (...args: Parameters<typeof stateOf>) => {
  const [{ state, balanceGwei, pendingGwei } = { state: undefined, balanceGwei: 0n, pendingGwei: 0n }, ...others] =
    observeKeys(stateOf(...args));
  expect(others).to.deep.equal([]);
  return [state, balanceGwei, pendingGwei];
};
const observedValidator = (changes: Partial<StateValidator>) => observed([validatorOf(1, changes)], [])[0];

describe("observeKeys", () => {
  it("counts balances, not effective balances, of validators with either kind of the pool's credentials", () => {
    for (const withdrawalCredentials of OWN)
      expect(observed([validatorOf(1, { withdrawalCredentials, balanceGwei: 31n * ETHER })], [])).to.deep.equal([
        "active",
        31n * ETHER,
        0n,
      ]);
  });

  it("tells validators on their way out from those that were paid out, by their epochs", () => {
    const far = { exitEpoch: EPOCH + 5n, withdrawableEpoch: EPOCH + 261n };
    expect(observedValidator(far)).to.equal("exiting");
    expect(observedValidator({ exitEpoch: EPOCH - 300n, withdrawableEpoch: EPOCH + 1n })).to.equal("exiting");
    // Nothing left to be slashed off it, but it is not withdrawable.
    expect(observedValidator({ ...far, isSlashed: true, balanceGwei: 0n })).to.equal("exiting");
    const gone = { exitEpoch: EPOCH - 300n, withdrawableEpoch: EPOCH };
    expect(observedValidator(gone)).to.equal("exiting");
    expect(observedValidator({ ...gone, balanceGwei: 0n })).to.equal("exited");
  });

  it("lets a small gift after the pay-out count, without undoing it", () => {
    const paid = { exitEpoch: 1n, withdrawableEpoch: 200n, balanceGwei: ETHER, effectiveBalanceGwei: 0n };
    expect(observed([validatorOf(1, paid)], [])).to.deep.equal(["exited", ETHER, 0n]);
  });

  it("H33 counts all that waits for a validator of the pool, whoever sent it and whatever it says", () => {
    const gifts = [
      queued(depositFor(1, { amountGwei: ETHER, isValid: false })),
      queued(depositFor(1, { amountGwei: 2n * ETHER, credentials: FOREIGN })),
      queued({ ...depositFor(1, { amountGwei: 4n * ETHER }), signature: INFINITY_SIGNATURE }, 0n),
      queued(depositFor(2, { amountGwei: 8n * ETHER })),
    ];
    expect(observed([validatorOf(1)], gifts)).to.deep.equal(["active", STAKE_GWEI, 7n * ETHER]);
    const paid = { exitEpoch: 1n, withdrawableEpoch: 2n, balanceGwei: 0n };
    expect(observed([validatorOf(1, paid)], gifts)).to.deep.equal(["exited", 0n, 7n * ETHER]);
  });

  it("H1 counts nothing of a validator with foreign credentials, nor of what waits for it", () => {
    for (const withdrawalCredentials of [FOREIGN, `0x00${"12".repeat(31)}`] as const)
      expect(
        observed([validatorOf(1, { withdrawalCredentials, balanceGwei: 33n * ETHER })], [queued(depositFor(1))]),
      ).to.deep.equal(["foreign", 0n, 0n]);
  });

  it("has the first deposit with a valid signature decide whose a key without a validator is", () => {
    const own = queued(depositFor(1));
    const ownMore = queued(depositFor(1, { amountGwei: ETHER, isValid: false }));
    const foreign = queued(depositFor(1, { credentials: FOREIGN, amountGwei: ETHER }));
    const foreignInvalid = queued(depositFor(1, { credentials: FOREIGN, amountGwei: ETHER, isValid: false }));
    const early = queued({ ...depositFor(1, { amountGwei: ETHER }), signature: INFINITY_SIGNATURE }, 0n);
    expect(observed([], [own])).to.deep.equal(["pending", 0n, STAKE_GWEI]);
    expect(observed([], [own, foreign, ownMore])).to.deep.equal(["pending", 0n, STAKE_GWEI + 2n * ETHER]);
    expect(observed([], [ownMore, foreignInvalid, early, own])).to.deep.equal(["pending", 0n, STAKE_GWEI]);
    expect(observed([], [foreign, own])).to.deep.equal(["pendingForeign", 0n, 0n]);
    expect(observed([], [ownMore, foreign, own, own])).to.deep.equal(["pendingForeign", 0n, 0n]);
  });

  it("verifies signatures for the network, whose domain deposits of another one do not have", () => {
    const stakes = [stakeFor(1, { network: HOODI })];
    expect(observed([], [queued(depositFor(1, { network: HOODI }))], stakes)[0]).to.equal("pendingInvalid");
  });

  it("H8 takes the pool's own deposit for lost where its signature is not valid", () => {
    const stakes = [stakeFor(1, { isValid: false })];
    const own = queued(depositFor(1, { isValid: false }));
    const help = queued(depositFor(1, { amountGwei: ETHER }));
    expect(observed([], [own], stakes)).to.deep.equal(["pendingInvalid", 0n, 0n]);
    expect(observed([], [], stakes)).to.deep.equal(["burned", 0n, 0n]);
    // Somebody who has the key makes a validator first, or only behind the pool's deposit.
    expect(observed([], [help, own], stakes)).to.deep.equal(["pending", 0n, STAKE_GWEI + ETHER]);
    expect(observed([], [own, help], stakes)).to.deep.equal(["pending", 0n, ETHER]);
  });

  it("counts several deposits of the pool for one key as one key", () => {
    const more = { amountGwei: 2n * ETHER };
    const stakes = [stakeFor(1), stakeFor(1, more, 2)];
    const [key] = observeKeys(stateOf([], [queued(depositFor(1)), queued(depositFor(1, more))], stakes));
    expect(key).to.include({ state: "pending", stakedGwei: STAKE_GWEI + 2n * ETHER });
    expect(key).to.include({ pendingGwei: STAKE_GWEI + 2n * ETHER });
  });

  it("leaves what was staked after the reference slot to the next report, and keeps the order of the stakes", () => {
    const stakes = [stakeFor(3, {}, 11), stakeFor(2, {}, 10), stakeFor(1, {}, 9)];
    const keys = observeKeys(stateOf([validatorOf(1)], [queued(depositFor(2))], stakes));
    expect(keys.map(({ pubkey, state }) => [pubkey, state])).to.deep.equal([
      [pubkeyOf(3), "stakedLater"],
      [pubkeyOf(2), "pending"],
      [pubkeyOf(1), "active"],
    ]);
  });

  it("H34 refuses a state that lacks a deposit it must have, or is another one, and names the key", () => {
    const lacking = "has neither a validator nor the pool's deposit in the queue, whose signature is valid";
    const lacksStake = [
      [],
      [queued(depositFor(1, { amountGwei: ETHER }))],
      [queued(depositFor(1, { credentials: FOREIGN }))],
    ];
    for (const queue of lacksStake)
      expect(() => observeKeys(stateOf([], queue))).to.throw(ObservationError, `key ${lacking} (got ${pubkeyOf(1)})`);
    expect(() => observeKeys(stateOf([], [queued(depositFor(1), REF_SLOT + 1n)]))).to.throw(
      ObservationError,
      `key has a pending deposit of slot 7200, after the reference slot 7199 (got ${pubkeyOf(1)})`,
    );
  });
});
