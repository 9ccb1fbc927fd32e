import { renameSync } from "node:fs";

import { expect } from "chai";

import type { ValidatorStatus } from "../../../clients/beaconValidators.ts";
import { batchFolders } from "../../../clients/ceremonyFolder.ts";
import { DAY, passTime } from "../../helpers/accounts.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { dropRequests, exitsAsked, rangeOf } from "../../helpers/exits.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployExiting, makeOverdue, pubkeysOf } from "./support/exitingPool.ts";
import { useFolder } from "./support/storedBatches.ts";
import { openTestKeeper, useKeepers } from "./support/testKeeper.ts";

const actions = { retryExits: {} };
const STATUS: ValidatorStatus = "active_ongoing";

describe("keeper, action retryExits", () => {
  useKeepers();
  const folder = useFolder();
  const server = useBeaconServer();
  const suite = useSuite(() => deployExiting(folder()));
  const keys = (from: number, to: number) => pubkeysOf(suite().batches).slice(from, to);
  /** The operator requests the exits of the first key and of two others, and the consensus layer drops the requests. */
  const requestDropped = async () => {
    const { batches, exits, operator } = suite();
    await exits.connect(operator).requestExits(rangeOf(batches[0], 0, 1), { value: 9n });
    await exits.connect(operator).requestExits(rangeOf(batches[1], 0, 2), { value: 9n });
    await dropRequests(suite());
  };
  /** Has a beacon node say of all validators that they go on, but of some that they do something else. */
  const serveStatuses = (others: Readonly<Record<string, ValidatorStatus>> = {}) => {
    server().answers.set("/eth/v1/beacon/states/finalized/validators", ({ query }) => ({
      json: {
        execution_optimistic: false,
        finalized: true,
        data: query.getAll("id").map((pubkey, i) => ({
          ...{ index: `${i}`, balance: "32000000000", status: others[pubkey] ?? STATUS },
          validator: { pubkey },
        })),
      },
    }));
  };
  const open = (settings = {}) => openTestKeeper(suite(), { actions, beaconUrl: server().url, ...settings });

  it("H58 requests dropped exits again for overdue withdrawals, as many as they need, once", async () => {
    await makeOverdue(suite());
    await requestDropped();
    serveStatuses();
    const keeper = await open();
    await keeper.round();
    expect(keeper.sent).to.deep.equal([]);
    await passTime(suite(), 3n * DAY);
    await keeper.round();
    await passTime(suite(), 3_600n);
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["retryExits", "retryExits"]);
    expect(await exitsAsked(suite())).to.deep.equal(keys(0, 2));
  });

  it("goes on with the keys of other batches where the files of one are gone, and says so", async () => {
    await makeOverdue(suite());
    await requestDropped();
    serveStatuses();
    await passTime(suite(), 3n * DAY);
    const keeper = await open();
    const [place = ""] = batchFolders(folder());
    renameSync(place, `${place}-gone`);
    try {
      await keeper.round();
    } finally {
      renameSync(`${place}-gone`, place);
    }
    expect(await exitsAsked(suite())).to.deep.equal(keys(1, 3));
    const warned = keeper.logged("warn").filter(({ msg }) => msg.includes("cannot be read: content of batch 0"));
    expect(warned).to.have.length(1);
  });

  it("leaves validators alone that are on their way out", async () => {
    await makeOverdue(suite());
    await requestDropped();
    const [first = "", second = ""] = keys(0, 2);
    serveStatuses({ [first]: "active_exiting", [second]: "withdrawal_possible" });
    await passTime(suite(), 3n * DAY);
    const keeper = await open();
    await keeper.round();
    expect(await exitsAsked(suite())).to.deep.equal(keys(2, 3));
  });

  it("names the keys to the operator, once, where no withdrawal is overdue", async () => {
    await requestDropped();
    serveStatuses();
    await passTime(suite(), 3n * DAY);
    const keeper = await open();
    await keeper.round();
    await keeper.round();
    const warned = keeper.logged("warn").filter(({ msg }) => msg.includes("the operator has to request them again"));
    expect(warned).to.have.length(1);
    for (const key of keys(0, 3)) expect(warned[0]?.msg).to.include(key);
    expect([keeper.sent, await exitsAsked(suite())]).to.deep.equal([[], []]);
  });

  it("H79 takes validators that a node leaves out for nothing that it knows of", async () => {
    await makeOverdue(suite());
    await requestDropped();
    await passTime(suite(), 3n * DAY);
    server().answers.set("/eth/v1/beacon/states/finalized/validators", { json: { data: [] } });
    const keeper = await open();
    await keeper.round();
    expect([keeper.sent, await exitsAsked(suite())]).to.deep.equal([[], []]);
  });

  it("requests nothing by the word of a node that fails, and lets the other actions go on", async () => {
    await makeOverdue(suite());
    await requestDropped();
    await passTime(suite(), 3n * DAY);
    server().answers.set("/eth/v1/beacon/states/finalized/validators", { status: 503, json: { message: "starting" } });
    const keeper = await open({ actions: { retryExits: {}, triggerExits: {} } });
    await keeper.round();
    expect(keeper.sent).to.deep.equal(["triggerExits"]);
    expect(await exitsAsked(suite())).to.deep.equal(keys(3, 5));
    expect(await keeper.metric("actions_total", { action: "retryExits", result: "failed" })).to.equal(1);
  });

  it("sends nothing while it is switched off, in a dry run, or refused by a limit", async () => {
    await makeOverdue(suite());
    await requestDropped();
    serveStatuses();
    await passTime(suite(), 3n * DAY);
    const off = await open({ actions: {} });
    const dry = await open({ isDryRun: true });
    const limited = await open({ refusal: "the daily limit is spent" });
    for (const keeper of [off, dry, limited]) await keeper.round();
    expect(await exitsAsked(suite())).to.deep.equal([]);
    expect(dry.logged("info").find(({ action }) => action === "retryExits")).to.deep.include({ keys: 1, batch: "0" });
    expect(limited.logged("warn").map(({ msg }) => msg)).to.include("not sent: the daily limit is spent");
  });

  it("requests no exit twice beside another keeper", async () => {
    await makeOverdue(suite());
    await requestDropped();
    serveStatuses();
    await passTime(suite(), 3n * DAY);
    const rival = await open();
    const keeper = await open({ beforeSending: () => rival.round() });
    await keeper.round();
    expect([rival.sent, keeper.sent]).to.deep.equal([["retryExits", "retryExits"], []]);
    expect(await exitsAsked(suite())).to.deep.equal(keys(0, 2));
  });
});
