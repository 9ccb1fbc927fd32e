import { ZeroAddress } from "ethers";
import { expect } from "chai";

import { CeremonyError } from "../../../src/ceremony/ceremony.ts";
import { checkOperators, type RegisteredOperator } from "../../../src/ceremony/operators.ts";
import { operatorKeyFingerprint, OperatorKeyError } from "../../../src/ssv/operatorKey.ts";
import { OWNER, testCeremony, testOperators } from "../support/operators.ts";

const { ceremony } = testCeremony({ count: 1 });
const operators = testOperators(ceremony.operatorIds);
const [firstKey = "", secondKey = ""] = operators.map(({ operatorKey }) => operatorKey);

/** The operators of the ceremony as they are registered, the second one with what differs. */
function registered(second: Partial<RegisteredOperator> = {}): RegisteredOperator[] {
  const all = operators.map(({ id, operatorKey }) => ({ id, owner: OWNER, isRemoved: false, operatorKey }));
  return all.map((operator, i) => (i === 1 ? { ...operator, ...second } : operator));
}

/** The text of a key, broken into lines otherwise. */
function rewrapped(key: string): string {
  return Buffer.from(Buffer.from(key, "base64").toString().trim().replaceAll("\n", "\r\n")).toString("base64");
}

describe("ceremony/operators", () => {
  it("takes operators with the keys that the shares were made for", () => {
    expect(() => {
      checkOperators(ceremony, registered());
    }).not.to.throw();
  });

  it("takes the same key in a text that is broken into lines otherwise", () => {
    const operatorKey = rewrapped(secondKey);
    expect(operatorKey).not.to.equal(secondKey);
    expect(() => {
      checkOperators(ceremony, registered({ operatorKey }));
    }).not.to.throw();
  });

  const refused: [what: string, second: Partial<RegisteredOperator>, line: string][] = [
    [
      "another key",
      { operatorKey: firstKey },
      `operator 5's key in keyshares.json differs from the one registered at ssv.network, SHA-256 ${operatorKeyFingerprint(firstKey)} (got SHA-256 ${operatorKeyFingerprint(secondKey)}): split the keys anew for the operators as they are`,
    ],
    [
      "an operator that never was",
      { owner: ZeroAddress, operatorKey: undefined },
      "ceremony operator does not exist at ssv.network (got 5): split the keys anew for operators that are registered there",
    ],
    [
      "a removed operator",
      { isRemoved: true },
      "ceremony operator was removed from ssv.network (got 5): split the keys anew for operators that are registered there",
    ],
    [
      "an operator whose log is gone",
      { operatorKey: undefined },
      "ceremony operator is registered, but the node has no log of its key (got 5): use a node that keeps all logs",
    ],
  ];
  for (const [what, second, line] of refused)
    it(`H8: refuses ${what}, and names the operator`, () => {
      expect(() => {
        checkOperators(ceremony, registered(second));
      })
        .to.throw(CeremonyError)
        .with.property("message", line);
    });

  it("names the operator whose key at ssv.network cannot be read", () => {
    expect(() => {
      checkOperators(ceremony, registered({ operatorKey: "AAAA" }));
    }).to.throw(OperatorKeyError, "operator 5's key at ssv.network holds no PEM (got AAAA)");
  });
});
