import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";

import { parseCeremony } from "../../../src/ceremony/ceremony.ts";
import { parseProofsFile } from "../../../src/ceremony/dkgProofs.ts";
import { LOCAL } from "../../../src/consensus/network.ts";
import { parseKeystoreFile } from "../../../src/keys/keystoreFile.ts";
import { parseOperatorsFile } from "../../../src/ssv/operatorsFile.ts";
import { FieldError } from "../../../src/units/errors.ts";
import { FileFormatError, firstDifference, parseJson } from "../../../src/units/json.ts";
import { testCeremony } from "../support/operators.ts";

const { files } = testCeremony({ count: 2 });

/** Deeper than a program can follow that calls itself for each level; quick to write, and to read. */
const DEEP = "[".repeat(100_000) + "]".repeat(100_000);
/** What a file may say in place of a value. */
const HOSTILE = [
  DEEP,
  "null",
  "-0",
  "1e400",
  "9007199254740993",
  "18446744073709551616",
  '"0X00"',
  '"0x"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e0x00"',
  '{"__proto__":{"length":1}}',
  '{"constructor":{"prototype":null}}',
  "[]",
  "{}",
  "[{}]",
  `"${"f".repeat(100_000)}"`,
];
/** A value of a JSON text: what stands behind a name. */
const VALUE = /(?<=": )(?:"[^"]*"|\d+)/g;

/** Texts with one value replaced, or said twice. */
function changed(text: string): fc.Arbitrary<string> {
  const values = [...text.matchAll(VALUE)];
  return fc
    .tuple(fc.constantFrom(...values), fc.constantFrom(...HOSTILE))
    .map(([{ index, 0: value }, hostile]) => text.slice(0, index) + hostile + text.slice(index + value.length));
}

describe("files of others", () => {
  /** Whatever a file says, it is taken or refused; nothing else is thrown, and nothing is said at length. */
  function isJudged(read: () => unknown): void {
    try {
      read();
    } catch (error) {
      expect(error).to.be.instanceOf(FieldError);
      expect(String(error).length).to.be.lessThan(1_000);
    }
  }

  it("are refused in one line, whatever stands in place of a value", () => {
    fc.assert(
      fc.property(changed(files.deposits), changed(files.keyshares), (deposits, keyshares) => {
        isJudged(() => parseCeremony({ ...files, deposits }, LOCAL));
        isJudged(() => parseCeremony({ ...files, keyshares }, LOCAL));
      }),
      { numRuns: 150 },
    );
  });

  it("are refused in one line, if all of a file is something else", () => {
    for (const text of [...HOSTILE, ...HOSTILE.map((value) => `[${value}]`), `[[{"proof":${DEEP}}]]`, ""]) {
      isJudged(() => parseCeremony({ ...files, deposits: text }, LOCAL));
      isJudged(() => parseCeremony({ ...files, keyshares: text }, LOCAL));
      isJudged(() => parseProofsFile(text));
      isJudged(() => parseOperatorsFile(text));
      isJudged(() => parseKeystoreFile(text, "keystore.json"));
    }
  });

  it("are named with the field that is nested too deeply to be shown", () => {
    expect(() => parseJson(`{"a":${DEEP}}`, z.object({ a: z.string() }), "file.json"))
      .to.throw(FileFormatError)
      .with.property(
        "message",
        "file.json.a does not fit (Invalid input: expected string, received array) (got deeply nested values): correct this field or generate the file again",
      );
  });

  it("are compared as far as their formats go, and no further", () => {
    const a: unknown = JSON.parse(DEEP);
    const b: unknown = JSON.parse(DEEP);
    expect(firstDifference(a, b)).to.deep.equal({ path: "[0]".repeat(64), value: "deeply nested values" });
  });
});
