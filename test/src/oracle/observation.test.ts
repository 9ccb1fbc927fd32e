import { expect } from "chai";
import fc from "fast-check";

import { LOCAL } from "../../../src/consensus/network.ts";
import type { PendingDeposit, StateValidator } from "../../../src/oracle/beaconState.ts";
import type { Report } from "../../../src/oracle/messages.ts";
import {
  checkFollows,
  consensusFigures,
  countByState,
  keepExited,
  type ConsensusFigures,
} from "../../../src/oracle/observation.ts";
import type { DepositEntry } from "../../../src/oracle/pendingDeposits.ts";
import { observeKeys, ObservationError, type ObservedKey } from "../../../src/oracle/validatorKeys.ts";
import { noReport } from "../../../src/pool/books.ts";
import type { Hex } from "../../../src/units/hex.ts";
import { depositFor, FOREIGN, OWN, pubkeyOf, STAKE_GWEI, validatorOf } from "../support/stakes.ts";

const ETHER = 1_000_000_000n;
const EPOCH = 224n;
const GONE = { exitEpoch: 1n, withdrawableEpoch: 2n };
/** How strangers and the pool deposit; each is signed once for each of few keys. */
const KINDS = [
  { credentials: OWN[0], amountGwei: STAKE_GWEI, isValid: true },
  { credentials: OWN[1], amountGwei: ETHER, isValid: true },
  { credentials: OWN[0], amountGwei: 3n * ETHER, isValid: false },
  { credentials: FOREIGN, amountGwei: ETHER, isValid: true },
  { credentials: FOREIGN, amountGwei: 5n * ETHER, isValid: false },
] as const;
const KEYS = [1, 2, 3];

const observedKey = (key: number, changes: Partial<ObservedKey> = {}): ObservedKey => ({
  pubkey: pubkeyOf(key),
  state: "active",
  stakedGwei: STAKE_GWEI,
  balanceGwei: STAKE_GWEI,
  pendingGwei: 0n,
  validator: validatorOf(key),
  ...changes,
});
const NONE: ConsensusFigures = {
  validatorsGwei: 0n,
  pendingGwei: 0n,
  stakedKeys: 0n,
  activeKeys: 0n,
  exitingKeys: 0n,
  exitedKeys: 0n,
  slashedKeys: 0n,
  lostKeys: 0n,
};

describe("oracle/observation", () => {
  it("counts each key once, and leaves later ones out", () => {
    const slashed = validatorOf(3, { isSlashed: true });
    const keys = [
      observedKey(1),
      observedKey(2, { state: "pending", balanceGwei: 0n, pendingGwei: STAKE_GWEI, validator: undefined }),
      observedKey(3, { state: "exiting", balanceGwei: 30n * ETHER, validator: slashed }),
      observedKey(4, { state: "exited", balanceGwei: 0n, validator: { ...slashed, balanceGwei: 0n } }),
      ...(["foreign", "burned", "pendingForeign", "pendingInvalid"] as const).map((state, i) =>
        observedKey(5 + i, { state, balanceGwei: 0n, validator: state === "foreign" ? slashed : undefined }),
      ),
      observedKey(9, { state: "stakedLater", balanceGwei: 0n, validator: undefined }),
    ];
    expect(consensusFigures(keys)).to.deep.equal({
      validatorsGwei: 62n * ETHER,
      pendingGwei: STAKE_GWEI,
      stakedKeys: 8n,
      activeKeys: 2n,
      exitingKeys: 1n,
      exitedKeys: 1n,
      slashedKeys: 2n,
      lostKeys: 4n,
    });
    expect(consensusFigures([])).to.deep.equal(NONE);
    expect(countByState(keys.slice(0, 2))).to.deep.equal([
      { state: "active", keys: 1, validatorsGwei: STAKE_GWEI, pendingGwei: 0n },
      { state: "pending", keys: 1, validatorsGwei: 0n, pendingGwei: STAKE_GWEI },
    ]);
  });

  it("H33 keeps a validator exited that got ether after it was paid out, and reports the ether", () => {
    const exiting = (key: number, withdrawableEpoch: bigint) =>
      observedKey(key, { state: "exiting", validator: validatorOf(key, { exitEpoch: 1n, withdrawableEpoch }) });
    const keys = [
      exiting(1, EPOCH + 1n),
      exiting(2, 9n),
      exiting(3, 8n),
      exiting(4, 9n),
      observedKey(5, { state: "exited" }),
    ];
    const statesAfter = (exitedBefore: bigint) => keepExited(keys, exitedBefore, EPOCH).map(({ state }) => state);
    expect(statesAfter(0n)).to.deep.equal(["exiting", "exiting", "exiting", "exiting", "exited"]);
    expect(statesAfter(1n)).to.deep.equal(statesAfter(0n));
    expect(statesAfter(2n)).to.deep.equal(["exiting", "exiting", "exited", "exiting", "exited"]);
    expect(statesAfter(3n)).to.deep.equal(["exiting", "exited", "exited", "exiting", "exited"]);
    // What cannot be withdrawn was never paid out.
    expect(statesAfter(9n)).to.deep.equal(["exiting", "exited", "exited", "exited", "exited"]);
    expect(consensusFigures(keepExited(keys, 2n, EPOCH)).validatorsGwei).to.equal(5n * STAKE_GWEI);
  });

  it("refuses what cannot follow the last report, and names the figure", () => {
    const report: Report = {
      ...{ refSlot: 7_199n, vaultsReceivedWei: 0n, finalizeUpTo: 0n, stakedWei: 2n * STAKE_GWEI * 10n ** 9n },
      ...consensusFigures([observedKey(1), observedKey(2)]),
    };
    const last = noReport(0n);
    expect(() => {
      checkFollows(report, last);
    }).not.to.throw();
    for (const [field, before, range] of [
      ["lostKeys", { lostKeys: 1n }, "1 to 2"],
      ["slashedKeys", { slashedKeys: 1n }, "1 to 2"],
      ["exitedKeys", { exitedKeys: 1n }, "1 to 0"],
    ] as const)
      expect(() => {
        checkFollows(report, { ...last, ...before });
      }).to.throw(ObservationError, `${field} cannot follow the last report, which allows ${range} (got 0)`);
    expect(() => {
      checkFollows({ ...report, stakedWei: report.stakedWei - 10n ** 9n }, last);
    }).to.throw(ObservationError, "stakedKeys cannot follow");
  });

  describe("beside a consensus layer that processes the deposits one by one", () => {
    const deposits = new Map<string, DepositEntry>();
    const depositOf = (key: number, kind: number): DepositEntry => {
      const name = `${key} ${kind}`;
      const deposit = deposits.get(name) ?? depositFor(key, KINDS[kind]);
      deposits.set(name, deposit);
      return deposit;
    };

    /** Validators after the first of the deposits, as `apply_pending_deposit` makes them. */
    const process = (queue: readonly { key: number; kind: number }[]): Map<Hex, StateValidator> => {
      const validators = new Map<Hex, StateValidator>();
      for (const { key, kind } of queue) {
        const { credentials = FOREIGN, amountGwei = 0n, isValid = false } = KINDS[kind] ?? {};
        const validator = validators.get(pubkeyOf(key));
        if (validator !== undefined)
          validators.set(validator.pubkey, { ...validator, balanceGwei: validator.balanceGwei + amountGwei });
        else if (isValid)
          validators.set(
            pubkeyOf(key),
            validatorOf(key, { withdrawalCredentials: credentials, balanceGwei: amountGwei }),
          );
      }
      return validators;
    };
    const scenarios = fc.record({
      queue: fc.array(fc.record({ key: fc.constantFrom(...KEYS), kind: fc.nat(KINDS.length - 1) }), { maxLength: 14 }),
      exits: fc.uniqueArray(fc.constantFrom(...KEYS)),
    });

    it("reports at each step what all deposits will have brought the pool, and each key once", () => {
      fc.assert(
        fc.property(scenarios, ({ queue, exits }) => {
          const staked = KEYS.filter((key) => queue.some((entry) => entry.key === key));
          const all = process(queue);
          const owned = [...all.values()].filter(({ withdrawalCredentials }) => OWN.includes(withdrawalCredentials));
          const expected = owned.reduce((sum, { balanceGwei }) => sum + balanceGwei, 0n);
          let lostBefore = 0n;
          for (let done = 0; done <= queue.length; done++) {
            const validators = process(queue.slice(0, done));
            for (const key of exits) {
              const validator = validators.get(pubkeyOf(key));
              if (validator !== undefined) validators.set(validator.pubkey, { ...validator, ...GONE });
            }
            const pendingDeposits: PendingDeposit[] = queue
              .slice(done)
              .map(({ key, kind }) => ({ ...depositOf(key, kind), slot: 1n }));
            // The pool's is the first one for the key, whatever came of it.
            const stakes = staked.flatMap((key) => {
              const first = queue.find((entry) => entry.key === key);
              return first === undefined ? [] : [{ ...depositOf(key, first.kind), blockNumber: 1 }];
            });
            const keys = observeKeys({
              ...{ refSlot: 7_199n, slotsPerEpoch: 32n, blockNumber: 1, network: LOCAL, credentials: OWN },
              ...{ stakes, validators, pendingDeposits },
            });
            const figures = consensusFigures(keys);
            expect(figures.validatorsGwei + figures.pendingGwei).to.equal(expected);
            expect(figures.stakedKeys).to.equal(BigInt(staked.length));
            const { activeKeys, exitingKeys, exitedKeys, lostKeys } = figures;
            expect(activeKeys + exitingKeys + exitedKeys + lostKeys).to.equal(figures.stakedKeys);
            expect(lostKeys).to.equal(BigInt(staked.length - owned.length));
            expect(lostKeys >= lostBefore).to.equal(true);
            lostBefore = lostKeys;
          }
        }),
        { numRuns: 60 },
      );
    });
  });
});
