import { expect } from "chai";

import { OperatorCommittee } from "../../devnet/committee/signers.ts";
import { attestation, isSigned, randao, useDevnetOperators } from "../helpers/devnetOperators.ts";
import { startLyingOperator, type LyingOperator, type WireAnswer } from "../helpers/lyingOperator.ts";
import type { ShareOwner, TestValidator } from "../helpers/shareOwner.ts";

const TIMEOUT_MS = 400;
const THIEF = `0x${"ba".repeat(20)}`;

describe("A committee of operators, some of which fail", () => {
  const devnet = useDevnetOperators();
  let owner: ShareOwner;
  let validator: TestValidator;
  let other: TestValidator;

  before(async () => {
    owner = await devnet().owner();
    validator = await owner.register();
    other = await owner.register();
  });

  describe("by being switched off", () => {
    afterEach(async () => {
      for (const operator of devnet().operators) await operator.post("/v1/online", { online: true });
    });

    for (const position of [0, 1, 2, 3])
      it(`signs without operator ${position + 1}`, async () => {
        await devnet().operator(position).post("/v1/online", { online: false });
        expect(await doesSign(devnet().committee)).to.equal(true);
      });

    it("does not sign without two, and does again when one is back", async () => {
      for (const position of [1, 2]) await devnet().operator(position).post("/v1/online", { online: false });
      expect(await doesSign(devnet().committee)).to.equal(false);

      await devnet().operator(2).post("/v1/online", { online: true });
      expect(await doesSign(devnet().committee)).to.equal(true);
    });

    it("signs without one whose process was killed", async () => {
      await devnet().operator(3).stop("SIGKILL");
      expect(await doesSign(devnet().committee)).to.equal(true);
      await devnet().restart(3);
    });
  });

  describe("by lying", () => {
    let liar: LyingOperator;
    let committee: OperatorCommittee;

    for (const position of [0, 1, 2, 3])
      describe(`operator ${position + 1}`, () => {
        beforeEach(async () => {
          liar = await startLyingOperator(() => devnet().operator(position).url);
          const urls = devnet().operators.map(({ url }, i) => (i === position ? liar.url : url));
          committee = new OperatorCommittee(urls, undefined, TIMEOUT_MS);
        });

        afterEach(async () => {
          committee.close();
          await liar.stop();
        });

        it("signs although its part is a signature of something else", async () => {
          liar.lie = swapSignatures;
          expect(await doesSign(committee)).to.equal(true);
          expect(await doesSign(committee)).to.equal(true);
        });

        it("signs although its part is no point, or no signature", async () => {
          for (const signature of [`0x${"ff".repeat(96)}`, `0xc0${"00".repeat(95)}`, "0x12"]) {
            liar.lie = (answer) => changeParts(answer, { signature });
            expect(await doesSign(committee), signature).to.equal(true);
          }
        });

        it("signs although it pretends to be another operator, or in another cluster", async () => {
          const id = position === 2 ? "1" : "3";
          liar.lie = (answer) => ({ ...swapSignatures(answer), operatorId: id });
          expect(await doesSign(committee)).to.equal(true);
          liar.lie = (answer) => changeParts(answer, { operatorIds: ["1", "2", "3", "9"] });
          expect(await doesSign(committee)).to.equal(true);
        });

        it("signs although it answers nonsense", async () => {
          for (const text of ["", "{", "[]", '{"operatorId":"x"}', "null"]) {
            liar.lie = () => text;
            expect(await doesSign(committee), text).to.equal(true);
          }
        });
      });

    it("waits once for an operator that does not answer, and takes it back when it does", async () => {
      liar = await startLyingOperator(() => devnet().operator(3).url);
      const urls = devnet().operators.map(({ url }, i) => (i === 3 ? liar.url : url));
      committee = new OperatorCommittee(urls, undefined, TIMEOUT_MS);
      try {
        liar.lie = () => undefined;
        const first = await timed(() => doesSign(committee));
        expect(first.result).to.equal(true);
        expect(first.ms).to.be.within(TIMEOUT_MS - 50, 5 * TIMEOUT_MS);
        const asked = liar.asked();

        for (let i = 0; i < 5; i++) {
          const next = await timed(() => doesSign(committee));
          expect(next.result).to.equal(true);
          expect(next.ms).to.be.below(TIMEOUT_MS);
        }
        expect(liar.asked()).to.equal(asked);

        liar.lie = (answer) => answer;
        const until = Date.now() + 10_000;
        while (liar.asked() === asked && Date.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 100));
          await doesSign(committee);
        }
        expect(liar.asked()).to.be.above(asked);
      } finally {
        committee.close();
        await liar.stop();
      }
    });

    it("believes no fee recipient and no exit that a threshold does not name", async () => {
      liar = await startLyingOperator(() => devnet().operator(0).url);
      const urls = devnet().operators.map(({ url }, i) => (i === 0 ? liar.url : url));
      committee = new OperatorCommittee(urls, undefined, TIMEOUT_MS);
      const operatorIds = ["1", "2", "3", "4"];
      liar.lie = (answer) => ({
        ...answer,
        exitRequests: [{ pubkey: validator.pubkey, operatorIds }],
        feeRecipients: [{ pubkey: validator.pubkey, operatorIds, recipient: THIEF }],
      });
      const context = await devnet().context();
      const ask = () => committee.sign(context, [randao(validator.pubkey)]);
      try {
        const { feeRecipients, exitRequests } = await ask();
        expect(feeRecipients).to.deep.equal(new Map([[validator.pubkey, owner.address]]));
        expect(exitRequests).to.deep.equal([]);

        await devnet().operator(3).post("/v1/online", { online: false });
        expect((await ask()).feeRecipients).to.deep.equal(new Map());
      } finally {
        await devnet().operator(3).post("/v1/online", { online: true });
        committee.close();
        await liar.stop();
      }
    });
  });

  it("signs nothing for keys that no operator has, and all for those that they have", async () => {
    const context = await devnet().context();
    const duties = [randao(`0x${"aa".repeat(48)}`), attestation(other.pubkey), randao(validator.pubkey)];
    const { signatures } = await devnet().committee.sign(context, duties);

    expect(signatures[0]).to.equal(undefined);
    expect(isSigned(other, duties[1] ?? randao(other.pubkey), context, signatures[1])).to.equal(true);
    expect(isSigned(validator, duties[2] ?? randao(other.pubkey), context, signatures[2])).to.equal(true);
  });

  /** Whether it signs what is asked of two validators. */
  async function doesSign(committee: OperatorCommittee): Promise<boolean> {
    const context = await devnet().context();
    const duties = [randao(validator.pubkey), randao(other.pubkey)];
    const { signatures } = await committee.sign(context, duties);
    const results = [validator, other].map((signer, i) =>
      isSigned(signer, duties[i] ?? randao(signer.pubkey), context, signatures[i]),
    );
    expect(results[1]).to.equal(results[0]);
    return results[0] ?? false;
  }
});

/** Each duty with the signature of the other one. */
function swapSignatures(answer: WireAnswer): WireAnswer {
  const { signatures } = answer;
  const swapped = signatures.map((part, i) => ({ ...part, signature: signatures.at(i - 1)?.signature ?? "" }));
  return { ...answer, signatures: swapped };
}

function changeParts(answer: WireAnswer, change: Partial<WireAnswer["signatures"][number]>): WireAnswer {
  return { ...answer, signatures: answer.signatures.map((part) => ({ ...part, ...change })) };
}

async function timed<T>(task: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = Date.now();
  return { result: await task(), ms: Date.now() - startedAt };
}
