import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

const MODULE = new URL("../../tasks/terminal.ts", import.meta.url).href;

describe("processTerminal", () => {
  let home: string | undefined;

  before(function () {
    // Of util-linux: runs a command on a terminal of its own. That of other systems takes other options.
    if (!String(spawnSync("script", ["--version"]).stdout).includes("util-linux")) this.skip();
    home = mkdtempSync(join(tmpdir(), "pooleth-terminal-"));
  });

  after(() => {
    if (home !== undefined) rmSync(home, { recursive: true });
  });

  /**
   * Runs a program on a terminal and types when it asks.
   * @param ask How it asks, such as `askSecret`.
   * @returns All that the terminal shows.
   */
  async function typeAt(ask: "ask" | "askSecret", typed: string): Promise<string> {
    const program = join(home ?? "", "program.mjs");
    writeFileSync(
      program,
      `import { processTerminal as terminal } from ${JSON.stringify(MODULE)};
       const answer = await terminal.${ask}("Password: ").then((text) => Buffer.from(text).toString("hex"), ({ name }) => name);
       terminal.print([terminal.isInteractive, answer, process.stdin.isRaw].join(" "));`,
    );
    const child = spawn("script", ["-qec", `${process.execPath} ${program}`, "/dev/null"]);
    let shown = "";
    let hasTyped = false;
    child.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
      if (hasTyped || !shown.includes("Password: ")) return;
      hasTyped = true;
      child.stdin.write(typed);
    });
    await new Promise((resolve) => child.once("close", resolve));
    return shown.replaceAll("\r", "");
  }

  const hex = (text: string) => Buffer.from(text).toString("hex");

  it("H11 shows nothing of a secret that is typed, corrected or pasted", async () => {
    expect(await typeAt("askSecret", "correct horse\r")).to.equal(`Password: \ntrue ${hex("correct horse")} false\n`);
    expect(await typeAt("askSecret", "corx\u007frect\r")).to.equal(`Password: \ntrue ${hex("correct")} false\n`);
    expect(await typeAt("askSecret", "\u001b[200~wörter\u001b[201~\r")).to.equal(
      `Password: \ntrue ${hex("wörter")} false\n`,
    );
  });

  it("takes Ctrl-C for no answer, and leaves the terminal as it was", async () => {
    expect(await typeAt("askSecret", "corr\u0003")).to.equal("Password: \ntrue AbortError false\n");
  });

  it("shows other answers", async () => {
    expect(await typeAt("ask", "yes\r")).to.match(/^.*Password: .*y.*e.*s.*\ntrue 796573 false\n$/s);
  });
});
