import { expect } from "chai";

import { firstThatWorks } from "../../clients/firstThatWorks.ts";
import { failureOf } from "../helpers/failure.ts";

describe("firstThatWorks", () => {
  const asked: number[] = [];
  const over =
    (limit: number) =>
    (item: number): Promise<string> => {
      asked.push(item);
      return item > limit ? Promise.resolve(`${item}`) : Promise.reject(new Error(`${item} fails`));
    };
  beforeEach(() => {
    asked.length = 0;
  });

  it("asks no further than the first that answers", async () => {
    expect(await firstThatWorks([1, 2, 3], over(1))).to.equal("2");
    expect(asked).to.deep.equal([1, 2]);
  });

  it("fails as the last one does", async () => {
    expect((await failureOf(firstThatWorks([1, 2, 3], over(3)))).message).to.equal("3 fails");
    expect((await failureOf(firstThatWorks([], over(3)))).message).to.include("nobody to ask");
  });
});
