import { expect } from "chai";

import { toJson, toText } from "../../tasks/output.ts";
import { processTerminal, visible } from "../../tasks/terminal.ts";

const CLEAR = "\u001b[2J\u001b[H";
const HOSTILE = `https://example.org/${CLEAR}\u009b31m\u202e\u2066\u007f\r\b`;
const SHOWN = "https://example.org/\\u001b[2J\\u001b[H\\u009b31m\\u202e\\u2066\\u007f\\u000d\\u0008";

/** What is written to a stream meanwhile. */
function written(stream: NodeJS.WriteStream, run: () => void): string {
  const write = stream.write.bind(stream);
  let text = "";
  stream.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  try {
    run();
  } finally {
    stream.write = write;
  }
  return text;
}

describe("printing", () => {
  it("shows control characters that others chose, and does not obey them", () => {
    const text = toText({ batches: [{ contentURI: HOSTILE }], contentURI: HOSTILE });
    const printed = written(process.stdout, () => {
      processTerminal.print(text);
    });
    const noted = written(process.stderr, () => {
      processTerminal.note(text);
    });
    for (const shown of [printed, noted]) {
      expect(shown).to.contain(`content URI               ${SHOWN}\n`);
      expect(shown.replaceAll("\n", "")).to.equal(visible(shown).replaceAll("\n", ""));
    }
  });

  it("shows line breaks in a value, so that it cannot pass for further fields", () => {
    const uri = "https://example.org/\nstate\tactivated";
    const shown = "https://example.org/\\u000astate\\u0009activated";
    expect(toText({ contentURI: uri, uris: [uri] })).to.equal(
      `content URI               ${shown}\nuris                      ${shown}`,
    );
    expect(toText({ batches: [{ contentURI: uri }] })).to.contain(`│ ${shown} │`);
  });

  it("leaves text, lines, tabs and the words of all languages as they are", () => {
    for (const text of ["a\tb\nc", "┌─┐ … “ä” 日本語 👋", "", "\\u001b"]) expect(visible(text)).to.equal(text);
  });

  it("leaves JSON as it is, and what it means where it hides something", () => {
    const value = { contentURI: HOSTILE, owner: "0x00" };
    expect(JSON.parse(visible(toJson(value)))).to.deep.equal(value);
  });
});
