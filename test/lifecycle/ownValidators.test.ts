import { expect } from "chai";

import { VALIDATOR_STATUSES } from "../../clients/beaconValidators.ts";
import { countStates, sumOf, type OwnValidators } from "../../scripts/lifecycle/ownValidators.ts";

const FAR = 2n ** 64n - 1n;

/** One validator of each status, with balances that tell them apart. */
const OWN: OwnValidators = {
  validators: VALIDATOR_STATUSES.map((status, i) => ({
    index: BigInt(i),
    balance: 1n << BigInt(i),
    status,
    validator: {
      pubkey: "0x01",
      withdrawal_credentials: "0x01",
      effective_balance: 32n,
      slashed: status.endsWith("slashed") && !status.endsWith("unslashed"),
      activation_epoch: 0n,
      exit_epoch: FAR,
    },
  })),
  pending: [
    {
      ...{ pubkey: "0x02", withdrawalCredentials: "0x01", signature: "0x" },
      ...{ slot: 1n, amountGwei: 32n },
    },
  ],
};

describe("own validators of a beacon state", () => {
  it("are counted by how far they are", () => {
    expect(countStates(OWN)).to.deep.equal({
      ...{ deposited: 1, pending: 2, active: 1, exiting: 3, slashed: 2, "paid out": 1 },
    });
  });

  it("are paid out also where a sync committee rewards them further", () => {
    const validators = OWN.validators.map((record) => ({
      ...record,
      validator: { ...record.validator, effective_balance: 0n },
    }));
    expect(countStates({ ...OWN, validators })).to.include({ exiting: 2, "paid out": 2 });
    expect(sumOf({ ...OWN, validators })).to.include({ exitingKeys: 4n, exitedKeys: 2n });
  });

  it("are added up as a report does it", () => {
    expect(sumOf(OWN)).to.deep.equal({
      ...{ validatorsGwei: 511n, pendingGwei: 32n },
      ...{ activeKeys: 4n, exitingKeys: 5n, exitedKeys: 1n, slashedKeys: 2n },
    });
  });
});
