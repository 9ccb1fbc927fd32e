import type { Wallet } from "ethers";

import { collectSignedMessages } from "../../daemon/exchange/peers.ts";
import { serveSignatures, type ExchangeServer } from "../../daemon/exchange/server.ts";
import { committeeDomain } from "../../src/oracle/messages.ts";
import { typesOf, type SignedMessage } from "../../src/oracle/signedMessages.ts";
import { printSignedMessages, type SignedMessages } from "../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../src/units/hex.ts";

/** A member that only signs, so that the other one is asked and has a quorum. */
export class SoakPeer {
  readonly #wallet: Wallet;
  #server: ExchangeServer | undefined;
  #served = "{}";

  private constructor(wallet: Wallet) {
    this.#wallet = wallet;
  }

  /** Serves on a free port. */
  static async start(wallet: Wallet): Promise<SoakPeer> {
    const peer = new SoakPeer(wallet);
    peer.#server = await serveSignatures(() => peer.#served, 0);
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server?.port ?? 0}`;
  }

  /** From now on it serves what another member served, signed by its own account. */
  async sign({ chainId, committee, messages }: SignedMessages): Promise<void> {
    const domain = committeeDomain(chainId, committee);
    const signed = await Promise.all(
      messages.map(async (message): Promise<SignedMessage> => {
        const signature = await this.#wallet.signTypedData(domain, typesOf(message), { ...message.message });
        return { ...message, signature: signature as Hex };
      }),
    );
    this.#served = printSignedMessages({ chainId, committee, messages: signed });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}

/** What a member serves. */
export async function fetchSigned(url: string): Promise<SignedMessages> {
  const [answer] = await collectSignedMessages([url]);
  if (answer === undefined || "problem" in answer) throw new Error(`the member does not answer: ${answer?.problem}`);
  return answer.signed;
}
