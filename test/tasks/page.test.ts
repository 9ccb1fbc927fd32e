import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { escapeHtml, toScriptJson, toTables } from "../../tasks/page/html.ts";
import { openPageFile } from "../../tasks/page/pageFile.ts";
import { renderPage } from "../../tasks/page/renderPage.ts";
import { dataOf, scriptsOf } from "../helpers/chartScript.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const HOSTILE = `</script><img src=x onerror="alert('1')">&\u202e`;
const ESCAPED = "&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\\u202e";

describe("text in pages", () => {
  it("is escaped between tags and in attributes, and hides nothing", () => {
    expect(escapeHtml(HOSTILE)).to.equal(ESCAPED);
    const tables = toTables(HOSTILE, { name: HOSTILE, list: [{ [HOSTILE]: HOSTILE }], amountWei: 5n * 10n ** 17n });
    expect(tables).not.to.contain("<img");
    expect(tables).to.contain(`<caption>${ESCAPED}</caption>`).and.to.contain(`aria-label="${ESCAPED}"`);
    expect(tables).to.contain(`<tr><th scope="row">amount</th><td class="number">0.5 ETH</td></tr>`);
    expect(tables).to.contain(`<tr><td>${ESCAPED}</td></tr>`);
  });

  it("ends no script, and is the same once it is read", () => {
    const json = toScriptJson({ text: HOSTILE, amount: 2n ** 64n, lines: "\u2028\u2029" });
    expect(json).not.to.match(/[<>&\u2028\u2029]/);
    expect(JSON.parse(json)).to.deep.equal({ text: HOSTILE, amount: "18446744073709551616", lines: "\u2028\u2029" });
  });

  it("cannot break out of a page, nor fill its places", () => {
    const account = `${HOSTILE}{{SCRIPT}}$&`;
    const report = { account, blockNumber: 7, minRunwayBlocks: 1n };
    const page = renderPage({ title: HOSTILE, report, chainId: 1n, blockAt: 12n, madeAt: 24n, clusters: [] });
    expect(scriptsOf(page)).to.have.lengthOf(3);
    expect(dataOf(page)).to.include({ account, blockAt: "12", madeAt: "24" });
    expect(page).not.to.contain("<img");
    expect(page).to.contain(`<code>${ESCAPED}{{SCRIPT}}$&amp;</code>`);
    expect(page).to.contain("block 7 of").and.to.contain("<time>1970-01-01T00:00:12.000Z</time>");
  });
});

describe("openPageFile", () => {
  let folder: string;
  let path: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pages-"));
    path = join(folder, "letter.html");
    writeFileSync(path, "dear");
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("asks before it lets another file be replaced", async () => {
    const terminal = fakeTerminal("yes");
    expect(await openPageFile(path, terminal)).to.equal(path);
    expect(terminal.asked).to.deep.equal([`Type yes to replace ${path}, which is no report: `]);
    const refusal: unknown = await openPageFile(path, fakeTerminal("y")).catch((error: unknown) => error);
    expect((refusal as Error).message).to.equal("confirmation was not given (got y): nothing was written");
  });

  it("asks nothing for a new file, or for none", async () => {
    const terminal = fakeTerminal("yes");
    expect(await openPageFile(join(folder, "new.html"), terminal)).to.equal(join(folder, "new.html"));
    expect(await openPageFile(undefined, terminal)).to.equal(undefined);
    expect(terminal.asked).to.deep.equal([]);
  });
});
