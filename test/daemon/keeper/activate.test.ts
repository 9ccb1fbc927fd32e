import { join } from "node:path";

import { expect } from "chai";

import { strangers } from "../../helpers/accounts.ts";
import type { TestBatch } from "../../helpers/exits.ts";
import { foreignDeposit } from "./support/foreignDeposit.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployFunded, depositMore } from "../../helpers/registry.ts";
import { approveKeys, type SignedApproval } from "./support/signedMessages.ts";
import { registerStored, useFolder } from "./support/storedBatches.ts";
import { openTestKeeper, useKeepers, type TestKeeper } from "./support/testKeeper.ts";

const actions = { activate: {} };

describe("keeper, action activate", () => {
  useKeepers();
  const folder = useFolder();
  let batch: TestBatch;
  const suite = useSuite(async () => {
    const deployed = await deployFunded(70n);
    const [registered] = await registerStored(deployed, folder(), 5);
    if (registered === undefined) throw new Error("no batch was registered");
    batch = registered;
    return deployed;
  });
  const activated = async () => Number((await suite().poolManager.batchOf(batch.batchId)).activated);
  const serve = (keeper: TestKeeper, approvals: readonly SignedApproval[]) => {
    keeper.messages = approvals;
  };

  it("stakes to as many of the approved keys as there is ether for, once", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    await keeper.round();
    expect([keeper.sent, await activated()]).to.deep.equal([[], 0]);
    serve(keeper, await approveKeys(suite(), batch, [0, 3]));
    await keeper.round();
    await keeper.round();
    expect([keeper.sent, await activated()]).to.deep.equal([["activate"], 2]);
    expect(await keeper.metric("keys_available_count")).to.equal(3);
  });

  it("waits between two activations for as long as it is told, by the time of the chain, also after a restart", async () => {
    const timed = { activate: { everySeconds: 3_600 } };
    const first = await openTestKeeper(suite(), { actions: timed });
    serve(first, await approveKeys(suite(), batch, [0, 1]));
    await first.round();
    await depositMore(suite(), suite().staker, 64n);
    await first.close();
    const keeper = await openTestKeeper(suite(), { actions: timed, data: first.data, wallet: first.wallet });
    serve(keeper, await approveKeys(suite(), batch, [1, 2]));
    await keeper.round();
    expect(await activated()).to.equal(1);
    await suite().chain.networkHelpers.time.increase(3_600);
    serve(keeper, await approveKeys(suite(), batch, [1, 2]));
    await keeper.round();
    expect(await activated()).to.equal(2);
  });

  it("H2 succeeds with fresh approvals after five foreign deposits came between in a row", async () => {
    let griefs = 0;
    const keeper = await openTestKeeper(suite(), {
      actions,
      beforeSending: async () => {
        if (griefs++ < 5) await foreignDeposit(suite());
      },
    });
    for (let i = 1; i <= 6; i++) {
      serve(keeper, await approveKeys(suite(), batch, [0, 2]));
      await keeper.round();
      expect(await activated()).to.equal(i < 6 ? 0 : 2);
    }
    expect(keeper.sent).to.deep.equal(["activate"]);
    expect(await keeper.metric("actions_total", { action: "activate", result: "lost" })).to.equal(5);
  });

  it("sends nothing for approvals that do not hold any more", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    const old = await approveKeys(suite(), batch, [0, 2]);
    serve(keeper, old);
    await foreignDeposit(suite());
    await keeper.round();
    const late = await approveKeys(suite(), batch, [0, 2]);
    serve(keeper, late);
    await suite().chain.networkHelpers.mine(257);
    await keeper.round();
    expect([keeper.sent, await activated()]).to.deep.equal([[], 0]);
  });

  it("H3 H37 changes nothing by junk, by too few, by strangers, or by one who signs twice", async () => {
    const { members } = suite();
    const [stranger] = await strangers(suite());
    const keeper = await openTestKeeper(suite(), { actions });
    const [first, second, third] = await approveKeys(suite(), batch, [0, 2]);
    const [foreign] = await approveKeys(suite(), batch, [0, 2], [stranger]);
    if (!first || !second || !third || !foreign) throw new Error("a signature is missing");
    const bad: Record<string, SignedApproval[]> = {
      "too few": [first, second],
      "one who signs twice": [first, second, second],
      "a stranger": [first, second, { ...first, signature: foreign.signature }],
      junk: [first, second, { ...third, signature: "0x1234" }],
      "another message under the signature": [
        first,
        second,
        { ...third, message: { ...third.message, deadline: third.message.deadline + 1n } },
      ],
      "fields out of range": [first, second, { ...third, message: { ...third.message, deadline: -1n } }],
      "other keys than those signed": [first, second, third].map((each) => ({
        ...each,
        offer: { ...each.offer, to: 3 },
      })),
      "keys that are not next": [first, second, third].map((each) => ({ ...each, offer: { ...each.offer, from: 1 } })),
      "another batch": [first, second, third].map((each) => ({ ...each, offer: { ...each.offer, batchId: 9n } })),
    };
    for (const [what, approvals] of Object.entries(bad)) {
      serve(keeper, approvals);
      await keeper.round();
      expect(await activated(), what).to.equal(0);
    }
    expect(keeper.sent).to.deep.equal([]);
    const junk: SignedApproval[] = Array.from({ length: 50 }, (_, i) => ({
      ...first,
      signature: `0x${i.toString(16).padStart(130, "0")}`,
    }));
    serve(keeper, [...junk, ...(await approveKeys(suite(), batch, [0, 2], members.slice(1, 4)))]);
    await keeper.round();
    expect([keeper.sent, await activated()]).to.deep.equal([["activate"], 2]);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    const approvals = await approveKeys(suite(), batch, [0, 2]);
    const off = await openTestKeeper(suite());
    const dry = await openTestKeeper(suite(), { actions, isDryRun: true });
    const limited = await openTestKeeper(suite(), { actions, refusal: "the daily limit is spent" });
    for (const keeper of [off, dry, limited]) {
      serve(keeper, approvals);
      await keeper.round();
      expect([keeper.sent, await activated()]).to.deep.equal([[], 0]);
    }
    const announced = dry.logged("info").find(({ action }) => action === "activate");
    expect(announced).to.deep.include({ batch: "0", position: 0, keys: 2, signers: 3 });
  });

  it("is done once by two keepers with the same approvals", async () => {
    const approvals = await approveKeys(suite(), batch, [0, 2]);
    const rival = await openTestKeeper(suite(), { actions });
    const keeper = await openTestKeeper(suite(), { actions, beforeSending: () => rival.round() });
    serve(rival, approvals);
    serve(keeper, approvals);
    await keeper.round();
    await Promise.all([keeper.round(), rival.round()]);
    expect([rival.sent, keeper.sent, await activated()]).to.deep.equal([["activate"], [], 2]);
    expect(keeper.logged("warn").filter(({ action }) => action !== undefined)).to.deep.equal([]);
  });

  it("goes by the batches as they stand after each activation and registration", async () => {
    const keeper = await openTestKeeper(suite(), { actions });
    await depositMore(suite(), suite().staker, 192n);
    serve(keeper, await approveKeys(suite(), batch, [0, 3]));
    await keeper.round();
    serve(keeper, await approveKeys(suite(), batch, [3, 5]));
    await keeper.round();
    expect([keeper.sent.length, await activated()]).to.deep.equal([2, 5]);
    await keeper.round();
    const [next] = await registerStored(suite(), join(folder(), "next"), 2);
    if (next === undefined) throw new Error("no batch was registered");
    serve(keeper, await approveKeys(suite(), next, [0, 2]));
    await keeper.round();
    expect(keeper.sent.length).to.equal(3);
    expect(await keeper.metric("keys_available_count")).to.equal(0);
  });
});
