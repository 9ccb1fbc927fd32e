import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { mapConcurrently } from "../../../clients/concurrency.ts";
import { collectSignedMessages } from "../../../daemon/exchange/peers.ts";
import { serveSignatures, type ExchangeServer } from "../../../daemon/exchange/server.ts";
import { MemberMetrics } from "../../../daemon/oracle/memberMetrics.ts";
import { PeerRounds } from "../../../daemon/oracle/peerRounds.ts";
import { DaemonMetrics } from "../../../daemon/service/metrics.ts";
import { freePort } from "../../../devnet/supervisor/freePort.ts";
import { MAX_BYTES, printSignedMessages } from "../../../src/oracle/signedMessagesFile.ts";
import { failureOf } from "../../helpers/failure.ts";

const NOTHING = { chainId: 31_337n, committee: `0x${"c0".repeat(20)}` as const, messages: [] };

describe("signatures of other members", () => {
  const servers: Server[] = [];
  let member: ExchangeServer;
  let served: string | undefined;
  before(async () => {
    member = await serveSignatures(() => served, 0);
  });
  after(() => member.stop());
  beforeEach(() => {
    served = printSignedMessages(NOTHING);
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  const memberUrl = () => `http://127.0.0.1:${member.port}`;

  async function start(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const problemOf = async (url: string, timeout = 2_000) => {
    const [answer] = await collectSignedMessages([url], { timeout });
    return answer !== undefined && "problem" in answer ? answer.problem : undefined;
  };

  it("are not there as long as a member does not know them", async () => {
    served = undefined;
    expect(await problemOf(memberUrl())).to.equal("HTTP status 503");
  });

  it("are read as they are served, whatever the others do", async () => {
    const hangs = await start(() => undefined);
    const trickles = await start((_, response) => {
      response.write("{");
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => {
        clearInterval(timer);
      });
    });
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const began = performance.now();
    const answers = await collectSignedMessages([hangs, trickles, memberUrl(), `${memberUrl()}/`, nobody], {
      timeout: 300,
    });
    expect(performance.now() - began).to.be.below(2_000);
    const signed = NOTHING;
    expect(answers).to.deep.equal([
      { url: hangs, problem: "no answer in time" },
      { url: trickles, problem: "no answer in time" },
      { url: memberUrl(), signed },
      { url: `${memberUrl()}/`, signed },
      { url: nobody, problem: "ECONNREFUSED" },
    ]);
  });

  it("are not taken if they are too many, no signatures, or somewhere else", async () => {
    let sent = 0;
    const huge = await start((_, response) => {
      const chunk = "x".repeat(2 ** 16);
      const more = () => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.on("drain", more);
      more();
    });
    expect(await problemOf(huge)).to.equal(`more than ${MAX_BYTES} bytes`);
    expect(sent).to.be.below(64 * MAX_BYTES);
    const text = (body: string) => start((_, response) => response.end(body));
    expect(await problemOf(await text("<html>"))).to.match(/^answer is not JSON/);
    expect(await problemOf(await text('{"version":1,"chainId":"1","committee":"0x00","messages":[]}'))).to.match(
      /^answer\.committee does not fit/,
    );
    const nested = `{"version":1,"messages":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(await problemOf(await text(nested))).to.match(/^answer\./);
    expect(await problemOf(await start((_, response) => response.writeHead(500).end("x")))).to.equal("HTTP status 500");
    const elsewhere = await start((_, response) =>
      response.writeHead(302, { location: `${memberUrl()}/v1/signatures` }).end(),
    );
    expect(await problemOf(elsewhere)).to.not.equal(undefined);
  });

  it("are all that a member serves, to whoever asks for them not too often", async () => {
    served = printSignedMessages({ ...NOTHING, chainId: 5n });
    const [answer] = await collectSignedMessages([memberUrl()]);
    expect(answer !== undefined && "signed" in answer && answer.signed.chainId).to.equal(5n);
    for (const [path, method] of [
      ["/", "GET"],
      ["/v1/signatures", "POST"],
      ["/v1/signatures", "HEAD"],
      ["/metrics", "GET"],
    ] as const)
      expect((await fetch(`${memberUrl()}${path}`, { method })).status, `${method} ${path}`).to.equal(404);
    const questions = Array.from({ length: 150 }, () => `${memberUrl()}/v1/signatures`);
    const statuses = await mapConcurrently(questions, 16, async (url) => (await fetch(url)).status);
    expect(statuses.filter((status) => status === 200).length).to.be.within(1, 110);
    expect(statuses).to.include(429);
  });

  it("are served nowhere where the port is taken, which is said", async () => {
    const error = await failureOf(serveSignatures(() => served, member.port));
    expect(error.message).to.equal(
      `exchangePort is taken by another program (got ${member.port}): give a port that is free, or 0 for any`,
    );
  });

  it("are waited for once where nobody answers, and again when somebody does", async () => {
    let isDown = true;
    const hangs = await start((_, response) => {
      if (!isDown) response.end(printSignedMessages(NOTHING));
    });
    const good = await start((_, response) => response.end(printSignedMessages(NOTHING)));
    const rounds = new PeerRounds([hangs, good], { timeout: 2_000 }, new MemberMetrics(new DaemonMetrics()));
    const told: (string | undefined)[] = [];
    const ask = async () => {
      const began = performance.now();
      const answers = await rounds.ask((url, problem) => url === hangs && told.push(problem));
      return { from: answers.map(({ url }) => url), ms: performance.now() - began };
    };
    try {
      expect((await ask()).ms).to.be.at.least(1_900);
      for (let round = 0; round < 3; round++) {
        const { from, ms } = await ask();
        expect(from).to.deep.equal([good]);
        expect(ms).to.be.below(1_500);
      }
      expect(told).to.deep.equal(["no answer in time"]);
      isDown = false;
      // The question that is under way gets no answer any more, the next one does.
      for (let round = 0; told.length === 1 && round < 10; round++) await ask();
      expect(told).to.deep.equal(["no answer in time", undefined]);
      const { from, ms } = await ask();
      expect(from).to.deep.equal([hangs, good]);
      expect(ms).to.be.below(400);
    } finally {
      rounds.stop();
    }
  });

  it("are asked for in each round where a peer refuses, which is told once", async () => {
    const metrics = new DaemonMetrics();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const rounds = new PeerRounds([url], { timeout: 500 }, new MemberMetrics(metrics));
    const told: (string | undefined)[] = [];
    const ask = () => rounds.ask((_, problem) => told.push(problem));
    const failures = async () => {
      const { values } = (await metrics.registry.getSingleMetric("pooleth_peer_requests_total")?.get()) ?? {
        values: [],
      };
      return values.find(({ labels }) => labels.result === "failed")?.value;
    };
    for (let round = 0; round < 3; round++) await ask();
    expect(await failures()).to.equal(3);
    expect(told).to.deep.equal(["ECONNREFUSED"]);
    const back = await serveSignatures(() => printSignedMessages(NOTHING), port);
    try {
      for (let round = 0; round < 2; round++) expect(await ask()).to.deep.equal([{ url, signed: NOTHING }]);
      expect(told).to.deep.equal(["ECONNREFUSED", undefined]);
    } finally {
      await back.stop();
    }
  });
});
