import { PassThrough } from "node:stream";

import { expect } from "chai";

import { withProgress } from "../../tasks/progress.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("tasks/progress", () => {
  it("shows nothing for less than ten things", async () => {
    const terminal = fakeTerminal();

    const result = await withProgress(terminal, "split keys", 9, (advance) => {
      advance(9);
      return Promise.resolve("done");
    });

    expect([result, terminal.drawn(), terminal.noted.length]).to.deep.equal(["done", "", 0]);
  });

  it("shows lines with rate and time left where the output is no terminal", async () => {
    const terminal = fakeTerminal();

    const result = await withProgress(terminal, "split keys", 10, async (advance) => {
      await pause(20);
      advance(4);
      await pause(20);
      advance(6);
      return "done";
    });

    expect(result).to.equal("done");
    const drawn = terminal.drawn();
    expect(drawn).not.to.contain("\u001b");
    const lines = drawn.split("\n").filter((line) => line !== "");
    expect(lines.at(-1)).to.match(/^split keys █{40} 10\/10 · \d+ per second · 0s left$/);
    for (const line of lines) expect(line).to.match(/^split keys [█░]{40} \d+\/10 · [\d.]+ per second · \S+ left$/);
  });

  it("draws on one line of a terminal, and never hides the cursor", async () => {
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 200,
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => true,
    });
    const terminal = { ...fakeTerminal(), progress: stream };

    await withProgress(terminal, "encrypt keystores", 20, async (advance) => {
      for (let i = 0; i < 20; i++) {
        advance(1);
        await pause(15);
      }
    });

    const drawn = String(stream.read() ?? "");
    expect(drawn).to.match(/encrypt keystores █+░+ \d+\/20 · [\d.]+ per second · \S+ left/);
    expect(drawn).to.match(/encrypt keystores █{40} 20\/20 · [\d.]+ per second · 0s left/);
    expect(drawn).not.to.contain("\u001b[?25l");
  });

  it("ends what it draws when the work fails, and passes the error on", async () => {
    const terminal = fakeTerminal();
    const failure = new Error("no more room");

    const error: unknown = await withProgress(terminal, "split keys", 10, (advance) => {
      advance(1);
      return Promise.reject(failure);
    }).catch((caught: unknown) => caught);

    expect(error).to.equal(failure);
    expect(terminal.drawn().endsWith("\n")).to.equal(true);
  });
});
