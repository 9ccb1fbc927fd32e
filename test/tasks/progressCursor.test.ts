import { expect } from "chai";

import { withProgress } from "../../tasks/progress.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const ESCAPE = "\u001b";
const HIDE_CURSOR = `${ESCAPE}[?25l`;
const STOP_WRAPPING = `${ESCAPE}[?7l`;

describe("cursor of withProgress", () => {
  it("draws on a terminal, cut to its width, and leaves it as it is, so that Ctrl-C does too", async () => {
    const terminal = fakeTerminal();
    Object.assign(terminal.progress, { isTTY: true, columns: 30 });

    await withProgress(terminal, "make keys", 10, (advance) => {
      advance(10);
      return Promise.resolve();
    });

    const drawn = terminal.drawn();
    expect(drawn).to.contain("make keys").and.not.to.contain(HIDE_CURSOR).and.not.to.contain(STOP_WRAPPING);
    for (const line of drawn.split(`${ESCAPE}[1G`).slice(1)) expect(line.split(ESCAPE)[0]).to.have.length.at.most(30);
  });

  it("draws nothing for less than ten things", async () => {
    const terminal = fakeTerminal();

    expect(await withProgress(terminal, "make keys", 9, () => Promise.resolve("done"))).to.equal("done");
    expect(terminal.drawn()).to.equal("");
  });
});
