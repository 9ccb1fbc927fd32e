import { expect } from "chai";

import { OperatorIdsError } from "../../../src/ssv/committee.ts";
import { operatorKeyFingerprint, OperatorKeyError } from "../../../src/ssv/operatorKey.ts";
import { formatOperatorsFile, OperatorsFileError, parseOperatorsFile } from "../../../src/ssv/operatorsFile.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import { testOperators } from "../support/operators.ts";

const operators = testOperators([3n, 5n, 8n, 13n]).map(({ id, operatorKey }) => ({ id, operatorKey }));
const [first] = operators;

describe("ssv/operatorsFile", () => {
  const entries = () => JSON.parse(formatOperatorsFile(operators)) as Record<string, unknown>[];
  const changed = (position: number, fields: Record<string, unknown>) =>
    JSON.stringify(entries().map((entry, i) => (i === position ? { ...entry, ...fields } : entry)));

  it("reads back what it writes: a list of ids and keys", () => {
    expect(parseOperatorsFile(formatOperatorsFile(operators))).to.deep.equal(operators);
    expect(entries()[0]).to.deep.equal({ id: 3, operatorKey: first?.operatorKey });
  });

  it("names the entry that does not fit", () => {
    const refuses = (text: string, error: new (...args: never[]) => Error, message: string) =>
      expect(() => parseOperatorsFile(text, "my.json")).to.throw(error, message);
    refuses("[", FileFormatError, "my.json is not JSON");
    refuses("{}", FileFormatError, "my.json does not fit");
    refuses(changed(1, { id: 0 }), FileFormatError, "my.json[1].id does not fit");
    refuses(changed(1, { operatorKey: 5 }), FileFormatError, "my.json[1].operatorKey does not fit");
    refuses(changed(1, { fee: 5 }), FileFormatError, "my.json[1] does not fit");
    refuses(
      changed(3, { id: 8 }),
      OperatorIdsError,
      "operator ids of my.json have operator 8 listed twice (got 3, 5, 8, 8)",
    );
    refuses(JSON.stringify(entries().slice(1)), OperatorIdsError, "operator ids of my.json are 3 (got 5, 8, 13)");
    refuses(changed(2, { operatorKey: "AAAA" }), OperatorKeyError, "my.json[2].operatorKey holds no PEM (got AAAA)");
  });

  it("refuses a key that is there twice, read or written", () => {
    const twice = operators.map((entry, i) => (i === 3 ? { ...entry, operatorKey: first?.operatorKey ?? "" } : entry));
    const line = `operators.json[3].operatorKey is that of operator 3, too (got SHA-256 ${operatorKeyFingerprint(first?.operatorKey ?? "")}): a key has one operator: choose another one`;
    expect(() => formatOperatorsFile(twice))
      .to.throw(OperatorsFileError)
      .with.property("message", line);
    expect(() => parseOperatorsFile(changed(3, { operatorKey: first?.operatorKey })))
      .to.throw(OperatorsFileError)
      .with.property("message", line);
  });
});
