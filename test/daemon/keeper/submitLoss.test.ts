import { expect } from "chai";

import { useSuite } from "../../helpers/isolation.ts";
import { makeReport } from "../../helpers/report.ts";
import { deployExiting } from "./support/exitingPool.ts";
import { signReports } from "./support/signedMessages.ts";
import { useFolder } from "./support/storedBatches.ts";
import { openTestKeeper, useKeepers } from "./support/testKeeper.ts";

const GWEI_PER_ETHER = 1_000_000_000n;

describe("keeper, action submitReport, of losses", () => {
  useKeepers();
  const folder = useFolder();
  const suite = useSuite(() => deployExiting(folder()));
  const applied = async () => (await suite().accounting.lastReport()).refSlot;

  it("H37 waits for two thirds of the members where 0.1 % of the pool is lost, and not for 0.01 %", async () => {
    const keeper = await openTestKeeper(suite(), { actions: { submitReport: { afterSeconds: 0 } } });
    const small = await makeReport(suite(), -GWEI_PER_ETHER / 50n);
    keeper.messages = await signReports(suite(), small);
    await keeper.round();
    expect(await applied()).to.equal(small.refSlot);

    const large = await makeReport(suite(), -GWEI_PER_ETHER / 5n);
    const signed = await signReports(suite(), large, suite().members.slice(0, 4));
    keeper.messages = signed.slice(0, 3);
    await keeper.round();
    expect([keeper.sent.length, keeper.logged("warn").filter(({ action }) => action !== undefined)]).to.deep.equal([
      1,
      [],
    ]);
    keeper.messages = signed;
    await keeper.round();
    expect(await applied()).to.equal(large.refSlot);
  });
});
