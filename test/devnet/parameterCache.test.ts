import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import { paramsTx } from "@ethereumjs/tx";
import { expect } from "chai";

type Update = (this: Common, params: Parameters<Common["updateParams"]>[0]) => void;

/** What the library uses within. */
const cacheOf = (rules: Common) => (rules as unknown as { _paramsCache: object })._paramsCache;

describe("cache of the execution client's parameters", () => {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the rules that it is for
  const original: Update = Common.prototype.updateParams;
  let cached: Update = original;

  before(async () => {
    await import("../../devnet/execution/parameterCache.ts");
    // eslint-disable-next-line @typescript-eslint/unbound-method -- as above
    cached = Common.prototype.updateParams;
  });

  after(() => {
    Common.prototype.updateParams = original;
  });

  it("changes nothing but the time", () => {
    const steps: ((rules: Common, update: Update) => void)[] = [
      (rules, update) => {
        update.call(rules, paramsTx);
      },
      (rules, update) => {
        update.call(rules.copy(), { 1559: { elasticityMultiplier: 3 } });
      },
      (rules, update) => {
        update.call(rules, paramsTx);
      },
      (rules) => {
        rules.setHardfork(Hardfork.London);
      },
      (rules, update) => {
        update.call(rules, { 1559: { elasticityMultiplier: 4 } });
      },
      (rules, update) => {
        update.call(rules, paramsTx);
      },
      (rules, update) => {
        update.call(rules, { 1559: { elasticityMultiplier: 4 } });
      },
      (rules) => {
        rules.setHardfork(Hardfork.Prague);
      },
      (rules, update) => {
        update.call(rules, paramsTx);
      },
    ];
    const [plain, quick] = [new Common({ chain: Mainnet }), new Common({ chain: Mainnet })];
    for (const [i, step] of steps.entries()) {
      step(plain, original);
      step(quick, cached);
      expect(cacheOf(quick), `step ${i}`).to.deep.equal(cacheOf(plain));
    }
  });

  it("makes the parameters of copies once", () => {
    const rules = new Common({ chain: Mainnet });
    const [first, second] = [rules.copy(), rules.copy()];
    for (const copy of [first, second]) cached.call(copy, paramsTx);
    expect(cacheOf(second)).to.equal(cacheOf(first));
    const [third, fourth] = [rules.copy(), rules.copy()];
    for (const copy of [third, fourth]) original.call(copy, paramsTx);
    expect(cacheOf(fourth)).to.not.equal(cacheOf(third));
  });
});
