import { expect } from "chai";

import { FORK, isSigned, randao, useDevnetOperators } from "../helpers/devnetOperators.ts";
import { SHARES_LAYOUT, type TestValidator } from "../helpers/shareOwner.ts";

interface ShownValidator {
  pubkey: string;
  owner: string;
  state: string;
  reason?: string;
}

describe("Registrations, as operators of a devnet read them", () => {
  const devnet = useDevnetOperators();

  it("sign with a valid share, so that all of them give the validator's signature", async () => {
    const owner = await devnet().owner();
    const validator = await owner.register();

    const { status, body } = await ask(validator);

    expect(status).to.equal(200);
    expect(body.operatorId).to.equal("1");
    expect(body.signatures).to.have.lengthOf(1);
    expect(body).to.have.nested.property("signatures[0].operatorIds").that.deep.equals(["1", "2", "3", "4"]);
    expect(await isServed(validator)).to.equal(true);
    expect(await shown(validator)).to.deep.include({ owner: owner.address, state: "active" });
  });

  it("leave shares aside that are signed for another nonce, and count them", async () => {
    const owner = await devnet().owner();
    const early = await owner.register({ nonce: 1n });
    const next = await owner.register();

    expect(await isServed(early)).to.equal(false);
    expect(await isServed(next)).to.equal(true);
    const { state, reason } = await shown(early);
    expect(state).to.equal("rejected");
    expect(reason).to.contain(`is not signed by the validator key for this owner and nonce (got ${owner.address}:0)`);
    expect(devnet().operator(0).log()).to.contain("registration left aside").and.contain(early.pubkey);
  });

  it("count an owner's nonce up for shares that have no form, too", async () => {
    const owner = await devnet().owner();
    const short = await owner.register({ change: (shares) => shares.slice(0, -1) });
    const next = await owner.register();

    expect(await isServed(short)).to.equal(false);
    expect(await isServed(next)).to.equal(true);
    expect((await shown(short)).reason).to.contain("has not the 1312 bytes of 4 operators");
  });

  it("take no share that is for another operator", async () => {
    const validator = await (await devnet().owner()).register({ change: swapFirstShares });

    expect((await shown(validator, 0)).reason).to.contain("share of operator 1 does not decrypt");
    expect((await shown(validator, 1)).reason).to.contain("share of operator 2 does not decrypt");
    expect((await shown(validator, 2)).state).to.equal("active");
    expect(await isServed(validator)).to.equal(false);
  });

  it("take no share that was changed, and sign without the one who has it", async () => {
    const change = (shares: Uint8Array): Uint8Array => {
      const at = SHARES_LAYOUT.encrypted + 100;
      return shares.with(at, (shares[at] ?? 0) ^ 1);
    };
    const validator = await (await devnet().owner()).register({ change });

    expect((await shown(validator, 0)).state).to.equal("rejected");
    expect((await shown(validator, 1)).state).to.equal("active");
    expect(await isServed(validator)).to.equal(true);
  });

  it("take no share that is not the secret of its public key", async () => {
    const change = (shares: Uint8Array): Uint8Array => {
      const changed = Uint8Array.from(shares);
      const { publicKeys } = SHARES_LAYOUT;
      changed.copyWithin(publicKeys, publicKeys + 48, publicKeys + 96);
      return changed;
    };
    const validator = await (await devnet().owner()).register({ change });

    expect((await shown(validator, 0)).reason).to.contain("is not the secret of the public share beside it");
    expect((await shown(validator, 1)).state).to.equal("active");
  });

  it("do not sign for a liquidated cluster until it is reactivated", async () => {
    const owner = await devnet().owner();
    const validator = await owner.register();
    expect(await isServed(validator)).to.equal(true);

    await owner.liquidate();
    expect(await isServed(validator)).to.equal(false);
    expect((await shown(validator)).state).to.equal("liquidated");

    await owner.reactivate();
    expect(await isServed(validator)).to.equal(true);
  });

  it("drop a key that is removed, and take it again with the next nonce", async () => {
    const owner = await devnet().owner();
    const validator = await owner.register();
    expect(await isServed(validator)).to.equal(true);

    await owner.remove(validator.pubkey);
    expect(await isServed(validator)).to.equal(false);

    await owner.register({ keyIndex: validator.keyIndex });
    expect(await isServed(validator)).to.equal(true);
  });

  it("keep a key with who registered it first, whatever others register, remove or exit", async () => {
    const [first, second] = [await devnet().owner(), await devnet().owner()];
    const validator = await first.register();
    await second.register({ keyIndex: validator.keyIndex });

    expect(await isServed(validator)).to.equal(true);
    const claims = await shownAll(validator);
    expect(claims.map(({ owner, state }) => [owner, state])).to.deep.equal([
      [first.address, "active"],
      [second.address, "rejected"],
    ]);
    expect(claims[1]?.reason).to.contain(`is registered by ${first.address} already`);

    await second.network.exitValidator(validator.pubkey, second.operatorIds);
    await second.remove(validator.pubkey);
    expect(await isServed(validator)).to.equal(true);
    expect((await shownAll(validator)).map(({ state }) => state)).to.deep.equal(["active"]);
  });

  it("sign an exit after the owner asked for it, and for no other key", async () => {
    const owner = await devnet().owner();
    const [leaving, staying] = [await owner.register(), await owner.register()];
    const exits = [leaving, staying].map(({ pubkey }) => {
      return { type: "voluntaryExit", pubkey, epoch: 5n, validatorIndex: 7n } as const;
    });
    const before = await devnet().committee.sign(await devnet().context(), exits);
    expect(before).to.deep.include({ signatures: [undefined, undefined], exitRequests: [] });

    await owner.network.exitValidator(leaving.pubkey, owner.operatorIds);
    const context = await devnet().context();
    const after = await devnet().committee.sign(context, exits);

    expect(after.exitRequests).to.deep.equal([leaving.pubkey]);
    expect(after.signatures[1]).to.equal(undefined);
    expect(isSigned(leaving, exits[0] ?? randao(leaving.pubkey), context, after.signatures[0])).to.equal(true);
    // EIP-7044: the fork in force does not enter it.
    const later = { ...context, forkVersion: "0x07000064" } as const;
    const [again] = (await devnet().committee.sign(later, exits)).signatures;
    expect(again).to.deep.equal(after.signatures[0]);
    expect((await shown(leaving)).state).to.equal("exit requested");
  });

  it("name the owner as fee recipient, or whom it names", async () => {
    const owner = await devnet().owner();
    const { pubkey } = await owner.register();
    const recipients = async () =>
      (await devnet().committee.sign(await devnet().context(), [randao(pubkey)])).feeRecipients;
    expect(await recipients()).to.deep.equal(new Map([[pubkey, owner.address]]));

    const other = devnet().node.suite.treasury.address;
    await owner.network.setFeeRecipientAddress(other);
    expect(await recipients()).to.deep.equal(new Map([[pubkey, other]]));
  });

  it("start over when the chain begins anew", async () => {
    const chain = devnet();
    const snapshot = await chain.call("evm_snapshot");
    const owner = await devnet().owner();
    const validator = await owner.register();
    expect(await isServed(validator)).to.equal(true);

    await chain.call("evm_revert", snapshot);
    for (let i = 0; i < 3; i++) await chain.call("evm_mine");

    expect(await isServed(validator)).to.equal(false);
    expect(await shownAll(validator)).to.deep.equal([]);
    const other = await (await devnet().owner()).register();
    expect(await isServed(other)).to.equal(true);
  });

  it("refuse a block that their chain does not have", async () => {
    const validator = await (await devnet().owner()).register();
    const context = await devnet().context();
    const { number, hash } = context.executionBlock;
    const at = async (executionBlock: object) =>
      devnet()
        .operator(0)
        .post("/v1/sign", { context: { ...FORK, executionBlock }, duties: [wire(validator)] });

    expect(await at({ number, hash: `0x${"00".repeat(32)}` })).to.deep.equal({
      status: 409,
      body: {
        error: `execution block ${number} is ${hash} on this operator's execution chain (got 0x${"00".repeat(32)}): ask again when the operator's execution client follows the same chain`,
      },
    });
    expect((await at({ number: number + 1, hash })).status).to.equal(409);
    expect((await at({ number, hash })).status).to.equal(200);
  });

  /** Whether its operators sign for a validator together. */
  async function isServed(validator: TestValidator): Promise<boolean> {
    const context = await devnet().context();
    const duty = randao(validator.pubkey);
    const { signatures } = await devnet().committee.sign(context, [duty]);
    return isSigned(validator, duty, context, signatures[0]);
  }

  async function ask(validator: TestValidator, position = 0) {
    const context = await devnet().context();
    return devnet()
      .operator(position)
      .post("/v1/sign", { context, duties: [wire(validator)] });
  }

  async function shownAll(validator: TestValidator, position = 0): Promise<ShownValidator[]> {
    await ask(validator, position);
    const { body } = await devnet().operator(position).get("/v1/status");
    return (body.validators as ShownValidator[]).filter(({ pubkey }) => pubkey === validator.pubkey);
  }

  async function shown(validator: TestValidator, position = 0): Promise<ShownValidator> {
    const [only, ...others] = await shownAll(validator, position);
    if (only === undefined || others.length > 0) throw new Error(`${validator.pubkey} is shown ${others.length} times`);
    return only;
  }
});

function wire({ pubkey }: TestValidator): object {
  return { type: "randao", pubkey, epoch: "3" };
}

function swapFirstShares(shares: Uint8Array): Uint8Array {
  const { encrypted, encryptedLength } = SHARES_LAYOUT;
  const changed = Uint8Array.from(shares);
  changed.copyWithin(encrypted, encrypted + encryptedLength, encrypted + 2 * encryptedLength);
  changed.set(shares.subarray(encrypted, encrypted + encryptedLength), encrypted + encryptedLength);
  return changed;
}
