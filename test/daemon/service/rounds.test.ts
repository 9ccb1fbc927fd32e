import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { createLogger } from "../../../daemon/service/logger.ts";
import { HungRound, Rounds, type RoundLimits } from "../../../daemon/service/rounds.ts";
import { failureOf } from "../../helpers/failure.ts";
import { freshMetrics, type FreshMetrics } from "../../helpers/freshMetrics.ts";

const LIMITS: RoundLimits = { pollSeconds: 0.01, maxPauseSeconds: 0.05, roundSeconds: 0.2, stopSeconds: 0.1 };

describe("Rounds of daemons", () => {
  let end: AbortController;
  let fresh: FreshMetrics;
  const logged: string[] = [];
  beforeEach(() => {
    end = new AbortController();
    fresh = freshMetrics();
    logged.length = 0;
  });

  const roundsOf = (
    round: () => Promise<void>,
    limits: Partial<RoundLimits> = {},
    settled = () => Promise.resolve(),
  ): Rounds =>
    new Rounds(
      { round, settled, close: () => Promise.resolve() },
      { ...LIMITS, ...limits },
      {
        log: createLogger("test", "debug", { write: (line) => logged.push(line) }),
        signal: end.signal,
        metrics: fresh.metrics,
      },
    );

  it("come one at a time until the signal", async () => {
    let [underWay, most, count] = [0, 0, 0];
    const rounds = roundsOf(async () => {
      most = Math.max(most, ++underWay);
      await sleep(5);
      underWay--;
      if (++count === 3) end.abort();
    });
    await rounds.repeat();
    expect([most, count]).to.deep.equal([1, 3]);
    expect(await fresh.lines("pooleth_rounds_total")).to.deep.equal(['pooleth_rounds_total{result="succeeded"} 3']);
    expect(await fresh.lines("pooleth_round_seconds_count")).to.deep.equal(["pooleth_round_seconds_count 3"]);
    const [last = ""] = await fresh.lines("pooleth_last_round_timestamp_seconds");
    expect(Math.floor(Number(last.split(" ")[1]))).to.be.closeTo(Math.floor(Date.now() / 1_000), 5);
  });

  it("come after longer pauses while they fail, up to a limit, and at once again after a success", async () => {
    const times: number[] = [];
    const rounds = roundsOf(
      () => {
        times.push(performance.now());
        if (times.length === 7) end.abort();
        return times.length <= 5 ? Promise.reject(new Error("no node")) : Promise.resolve();
      },
      { pollSeconds: 0.02, maxPauseSeconds: 0.16 },
    );
    await rounds.repeat();
    const pauses = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    for (const [i, least] of [40, 80, 160, 160, 160, 20].entries()) expect(pauses[i]).to.be.at.least(least - 2);
    expect(pauses[4]).to.be.below(600);
    expect(pauses[5]).to.be.below(120);
    expect(await fresh.lines("pooleth_rounds_total")).to.have.members([
      'pooleth_rounds_total{result="failed"} 5',
      'pooleth_rounds_total{result="succeeded"} 2',
    ]);
  });

  it("tell how they went", async () => {
    let isFailing = true;
    const rounds = roundsOf(() => (isFailing ? Promise.reject(new Error("no node")) : Promise.resolve()));
    expect(await rounds.once()).to.equal(false);
    expect(rounds.status).to.deep.equal({ isHung: false, succeededAt: undefined, failure: "no node" });
    expect(logged.join()).to.include("round failed").and.include("no node");
    isFailing = false;
    expect(await rounds.once()).to.equal(true);
    expect(rounds.status.failure).to.equal(undefined);
    expect(rounds.status.succeededAt).to.be.closeTo(Date.now(), 1_000);
  });

  it("wait for what a single one leaves to go on, and not between many", async () => {
    let [begun, ended] = [0, 0];
    const settled = async (): Promise<void> => {
      await sleep(50);
      ended++;
    };
    const round = (): Promise<void> => {
      if (++begun === 4) end.abort();
      return Promise.resolve();
    };
    const rounds = roundsOf(round, {}, settled);
    expect(await rounds.single()).to.equal(true);
    expect([begun, ended]).to.deep.equal([1, 1]);
    await rounds.repeat();
    expect([begun, ended]).to.deep.equal([4, 1]);
  });

  it("end where one hangs", async () => {
    const rounds = roundsOf(() => new Promise(() => undefined));
    const error = await failureOf(rounds.repeat());
    expect(error).to.be.instanceOf(HungRound);
    expect(rounds.status).to.include({ isHung: true, failure: "takes longer than 0.2 seconds" });
    expect(await fresh.lines("pooleth_rounds_total")).to.deep.equal(['pooleth_rounds_total{result="hung"} 1']);
  });

  it("wait at the signal for the one that is under way", async () => {
    let isDone = false;
    const rounds = roundsOf(async () => {
      await sleep(50);
      isDone = true;
    });
    setTimeout(() => {
      end.abort();
    }, 10);
    await rounds.repeat();
    expect(isDone).to.equal(true);
  });

  it("wait at the signal no longer than a limit", async () => {
    const rounds = roundsOf(() => new Promise(() => undefined), { roundSeconds: 60 });
    setTimeout(() => {
      end.abort();
    }, 10);
    const began = performance.now();
    await rounds.repeat();
    expect(performance.now() - began).to.be.within(100, 5_000);
    expect(await fresh.lines("pooleth_rounds_total")).to.deep.equal(['pooleth_rounds_total{result="stopped"} 1']);
    expect(rounds.status.isHung).to.equal(false);
  });
});
