import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { fastify, type FastifyInstance } from "fastify";

import { LoadGate } from "../../devnet/beacon/api/loadGate.ts";

const [AT_ONCE, WAITING] = [2, 3];

describe("Load gate of the Beacon API", () => {
  let server: FastifyInstance;
  let url: string;
  let running: number;
  let most: number;
  let finish: (() => void)[];

  beforeEach(async () => {
    [running, most, finish] = [0, 0, []];
    server = fastify({ forceCloseConnections: true });
    new LoadGate(AT_ONCE, WAITING).guard(server, "/heavy/:id");
    server.get("/heavy/:id", async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
      return "done";
    });
    server.get("/light", () => "done");
    await server.listen({ host: "127.0.0.1", port: 0 });
    url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  });

  afterEach(async () => server.close());

  const ask = async (path: string, signal?: AbortSignal) => {
    const response = await fetch(url + path, signal === undefined ? {} : { signal });
    await response.text();
    return response.status;
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) await sleep(2);
  };
  const finishAll = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await until(() => finish.length > 0);
      finish.shift()?.();
    }
  };

  it("lets some run and some wait, and refuses the rest", async () => {
    const asked = Array.from({ length: 7 }, async (_, i) => ask(`/heavy/${i}`));
    expect(await Promise.race(asked)).to.equal(503);
    expect(await ask("/light")).to.equal(200);
    await finishAll(AT_ONCE + WAITING);
    const statuses = (await Promise.all(asked)).sort((a, b) => a - b);
    expect(statuses).to.deep.equal([200, 200, 200, 200, 200, 503, 503]);
    expect(most).to.equal(AT_ONCE);
  });

  it("gives the places of those who went away to others", async () => {
    const aborter = new AbortController();
    const gone = Array.from({ length: AT_ONCE + WAITING }, async (_, i) =>
      ask(`/heavy/${i}`, aborter.signal).catch(() => "gone"),
    );
    await until(() => running === AT_ONCE);
    await sleep(50);
    aborter.abort();
    expect(new Set(await Promise.all(gone))).to.deep.equal(new Set(["gone"]));
    await sleep(50);
    const late = [ask("/heavy/8"), ask("/heavy/9")];
    await finishAll(AT_ONCE + late.length);
    expect(await Promise.all(late)).to.deep.equal([200, 200]);
    expect(finish, "nothing is done for those who went away while they waited").to.deep.equal([]);
  });
});
