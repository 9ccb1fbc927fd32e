import { ETHER, strangers } from "../helpers/accounts.ts";
import { deployRedeemable, finalizeByReport, type RedeemableSuite } from "../helpers/withdrawals.ts";
import { describeERC721 } from "./erc721.ts";

async function deployWithRequests(): Promise<RedeemableSuite> {
  const suite = await deployRedeemable();
  const [owner] = suite.holders;
  await suite.queue.connect(owner).requestWithdrawals([ETHER, ETHER], owner);
  return suite;
}

describeERC721("withdrawal requests", deployWithRequests, async (suite) => {
  const { queue } = suite;
  const [owner] = suite.holders;
  const [receiver, operator, stranger] = await strangers(suite);
  return {
    token: await queue.getAddress(),
    metadata: { name: "poolETH withdrawal request", symbol: "poolETH-request" },
    ...{ owner, receiver, operator, stranger, ids: [1n, 2n], unknownId: 99n },
    create: async () => {
      await queue.connect(owner).requestWithdrawal(ETHER, owner);
      return (await queue.queueState()).lastId;
    },
    destroy: async () => {
      await finalizeByReport(suite, 1n);
      await queue.connect(owner).claim(1n, 1n, owner);
    },
  };
});
