import { fetchCommittee } from "../../../../clients/seatedCommittee.ts";
import { serveSignatures, type ExchangeServer } from "../../../../daemon/exchange/server.ts";
import type { SignedMessage } from "../../../../src/oracle/signedMessages.ts";
import { printSignedMessages } from "../../../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../../../src/units/hex.ts";
import type { TestSuite } from "../../../helpers/suite.ts";

/** Members that serve what they signed over HTTP. */
export interface ServingMembers {
  readonly urls: readonly string[];
  /** Each member adds the message at its place. */
  sign(messages: readonly SignedMessage[]): void;
}

/** Has so many members of a suite's committee serve what they signed, each for a test. */
export function useServingMembers(suite: () => TestSuite, count: number): () => ServingMembers {
  let servers: ExchangeServer[] = [];
  let served: SignedMessage[][] = [];
  beforeEach(async () => {
    const { chainId, address } = await fetchCommittee(suite().poolETH);
    served = Array.from({ length: count }, () => []);
    servers = await Promise.all(
      served.map((messages) =>
        serveSignatures(() => printSignedMessages({ chainId, committee: address as Hex, messages }), 0),
      ),
    );
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });
  return () => ({
    urls: servers.map(({ port }) => `http://127.0.0.1:${port}`),
    sign: (messages) => {
      for (const [i, message] of messages.entries()) served[i]?.push(message);
    },
  });
}
