import { createServer, type AddressInfo, type Server } from "node:net";

import { expect } from "chai";

import { fetchAgain } from "../../clients/fetchAgain.ts";
import { failureOf } from "../helpers/failure.ts";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

describe("A question over a connection that was kept", () => {
  let server: Server;
  let connections: number;
  let answersEach: number;

  before(async () => {
    server = createServer((socket) => {
      connections++;
      let answers = 0;
      // Over one that has answered often enough, it closes instead.
      socket.on("data", () => (answers++ < answersEach ? socket.write(ANSWER) : socket.destroy()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  beforeEach(() => {
    connections = 0;
  });

  after(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  const ask = async () =>
    (await fetchAgain(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), {})).text();

  it("is put again when the server closes it just then", async () => {
    answersEach = 1;
    for (let i = 0; i < 4; i++) expect(await ask()).to.equal("ok");
    expect(connections).to.be.above(2);
  });

  it("is put no more than three times", async () => {
    answersEach = 0;
    expect((await failureOf(ask())).message).to.equal("fetch failed");
    expect(connections).to.be.within(1, 3);
  });
});
