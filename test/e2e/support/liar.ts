import { createServer, type Server } from "node:http";

import { Wallet } from "ethers";

import { fetchCommittee } from "../../../clients/seatedCommittee.ts";
import type { ActivationApproval, Report } from "../../../src/oracle/messages.ts";
import { typesOf, type MemberMessage, type SignedMessage } from "../../../src/oracle/signedMessages.ts";
import { printSignedMessages } from "../../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../../src/units/hex.ts";
import type { TestPool } from "./livePool.ts";

/** Serves in the place of a member, with that one's key, whatever it is told to sign. */
export class Liar {
  readonly #pool: TestPool;
  readonly #wallet: Wallet;
  readonly #server: Server;
  #served = "{}";

  private constructor(pool: TestPool, privateKey: string) {
    this.#pool = pool;
    this.#wallet = new Wallet(privateKey);
    this.#server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", connection: "close" }).end(this.#served);
    });
  }

  /** @param exchangeUrl Where the member served. */
  static async start(pool: TestPool, privateKey: string, exchangeUrl: string): Promise<Liar> {
    const liar = new Liar(pool, privateKey);
    const port = Number(new URL(exchangeUrl).port);
    await new Promise<void>((resolve) => liar.#server.listen(port, "127.0.0.1", resolve));
    return liar;
  }

  /**
   * Tells of a slot, for which `report` is right: a gain and a loss that are not there, an approval of other keys, one of
   * a block of long ago, and all of it once more by somebody who is no member.
   */
  async lie(report: Report): Promise<void> {
    const { poolETH, withdrawalVault } = this.#pool.live.suite;
    const { chainId, address, domain } = await fetchCommittee(poolETH);
    const { provider } = this.#pool.live.connection.ethers;
    const newest = await provider.getBlockNumber();
    const old = await provider.getBlock(Math.max(1, newest - 40));
    const approval: ActivationApproval = {
      keysHash: `0x${"ab".repeat(32)}`,
      withdrawalCredentials: `0x01${"00".repeat(11)}${(await withdrawalVault.getAddress()).slice(2)}` as Hex,
      amountGwei: 32_000_000_000n,
      depositCount: 1n,
      blockNumber: BigInt(old?.number ?? 0),
      blockHash: (old?.hash ?? "0x") as Hex,
      deadline: BigInt(old?.timestamp ?? 0) * 2n,
    };
    const offer = { batchId: 0n, from: 0, to: 1 };
    const lies: MemberMessage[] = [
      { kind: "report", message: { ...report, validatorsGwei: report.validatorsGwei + 1_000_000_000n } },
      { kind: "report", message: { ...report, validatorsGwei: report.validatorsGwei - 1_000_000_000n } },
      { kind: "approval", message: approval, offer },
      { kind: "approval", message: { ...approval, blockNumber: BigInt(newest) }, offer },
    ];
    const signers = [this.#wallet, Wallet.createRandom()];
    const messages = await Promise.all(
      signers.flatMap((signer) =>
        lies.map(async (lie): Promise<SignedMessage> => {
          const signature = (await signer.signTypedData(domain, typesOf(lie), { ...lie.message })) as Hex;
          return { ...lie, signature };
        }),
      ),
    );
    this.#served = printSignedMessages({ chainId, committee: address as Hex, messages });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
