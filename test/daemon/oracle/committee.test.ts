import { Wallet } from "ethers";
import { expect } from "chai";

import { collectSignedMessages } from "../../../daemon/exchange/peers.ts";
import { committeeDomain, EXIT_STATUS_TYPES } from "../../../src/oracle/messages.ts";
import { messageDigest, signerOf, typesOf, type SignedMessage } from "../../../src/oracle/signedMessages.ts";
import { MAX_MESSAGES, printSignedMessages } from "../../../src/oracle/signedMessagesFile.ts";
import { toHex, type Hex } from "../../../src/units/hex.ts";
import { DAY } from "../../helpers/accounts.ts";
import { useBeaconServer } from "../../helpers/beaconServer.ts";
import { startFileServer, type FileServer } from "../../helpers/fileServer.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { deployObserved, serveSuite, validatorAt } from "../../helpers/observedPool.ts";
import { useMembers, walletOf, type TestMember } from "../../helpers/oracleMembers.ts";
import { nextRefSlot } from "../../helpers/report.ts";

describe("members and their committee", () => {
  const beacon = useBeaconServer();
  const suite = useSuite(deployObserved);
  const { open } = useMembers(suite);
  let peers: FileServer[] = [];
  afterEach(async () => {
    await Promise.all(peers.map((peer) => peer.stop()));
    peers = [];
  });

  const serve = (slot = suite().refSlot, keys = 4) => {
    const validators = Array.from({ length: keys }, (_, position) => validatorAt(suite().ceremony, position));
    return serveSuite(beacon(), suite(), slot, { validators });
  };
  const servedBy = async ({ url }: TestMember) => {
    const [answer] = await collectSignedMessages([url]);
    if (answer === undefined || "problem" in answer) throw new Error("the member does not answer");
    return answer.signed;
  };
  /** A peer that serves a text. */
  async function startPeer(body: string | Uint8Array): Promise<string> {
    const peer = await startFileServer();
    peers.push(peer);
    peer.answer = () => ({ status: 200, body });
    return peer.url;
  }
  /** What the member at a place would serve of a report, for a committee of some chain. */
  async function forge(signed: SignedMessage, place: number, chainId: bigint, committee: string): Promise<string> {
    const domain = committeeDomain(chainId, committee);
    const signature = await walletOf(suite(), place).signTypedData(domain, typesOf(signed), { ...signed.message });
    const messages = [{ ...signed, signature: signature as Hex }];
    return printSignedMessages({
      chainId: 31_337n,
      committee: (await suite().committee.getAddress()) as Hex,
      messages,
    });
  }

  it("H3 H37 send nothing by what peers serve of other chains and committees, or as junk, and lose no round by it", async () => {
    await serve();
    const first = await open({ place: 0, beacon: beacon().url });
    await first.round();
    const [signed] = (await servedBy(first)).messages;
    if (signed === undefined) throw new Error("it signed");
    const committee = await suite().committee.getAddress();
    const urls = [
      await startPeer(await forge(signed, 1, 1n, committee)),
      await startPeer(await forge(signed, 2, 31_337n, await suite().poolETH.getAddress())),
      await startPeer(new Uint8Array(2 ** 20)),
      await startPeer("{}"),
    ];
    const good = await Promise.all(
      [3, 4].map(async (place) => startPeer(await forge(signed, place, 31_337n, committee))),
    );
    const lonely = await open({ place: 1, beacon: beacon().url, peers: [...urls, ...good.slice(0, 1)] });
    const joined = await open({ place: 2, beacon: beacon().url, peers: [...urls, ...good] });
    for (let turn = 0; turn < 5; turn++) {
      await lonely.round();
      await joined.round();
      await suite().chain.networkHelpers.mine(2, { interval: 40 });
    }
    expect(lonely.sent).to.deep.equal([]);
    expect(joined.sent).to.have.length(1);
    expect((await suite().accounting.lastReport()).refSlot).to.equal(suite().refSlot);
  });

  it("H37 count what others sign, however many old messages of theirs a peer hands on", async () => {
    await serve();
    const address = (await suite().committee.getAddress()) as Hex;
    const domain = committeeDomain(31_337n, address);
    const wallets = [1, 2].map((place) => walletOf(suite(), place));
    const signExit = async (wallet: number, key: number): Promise<SignedMessage> => {
      const message = { pubkeysHash: toHex(new Uint8Array(32).fill(key)), refSlot: suite().refSlot };
      const signature = (await wallets[wallet]?.signTypedData(domain, EXIT_STATUS_TYPES, message)) as Hex;
      return { kind: "exits", message, ranges: [{ batchId: 0n, from: key, to: key + 1 }], signature };
    };
    const peerWith = (messages: readonly SignedMessage[]) =>
      startPeer(printSignedMessages({ chainId: 31_337n, committee: address, messages }));
    const oldOf = async (wallet: number, first: number) =>
      peerWith(await Promise.all(Array.from({ length: MAX_MESSAGES }, (_, i) => signExit(wallet, first + i))));
    const urls = [
      ...[await oldOf(0, 0), await oldOf(1, 100)],
      ...[await peerWith([await signExit(0, 255)]), await peerWith([await signExit(1, 255)])],
    ];
    const member = await open({ place: 0, beacon: beacon().url, peers: urls });
    await member.round();
    const shown = await member.metrics.registry.getSingleMetricAsString("pooleth_quorum_signatures_count");
    expect(shown).to.include('{kind="exits"} 2');
  });

  it("H39 notice a new committee, and sign for that", async () => {
    await serve();
    const { members, poolETH, admin, chain } = suite();
    const [stays, leaves] = [
      await open({ place: 1, beacon: beacon().url }),
      await open({ place: 0, beacon: beacon().url }),
    ];
    for (const member of [stays, leaves]) await member.round();
    const addresses = members.slice(1).map(({ address }) => address);
    const next = await chain.ethers.deployContract("Committee", [await poolETH.getAddress(), addresses, 3]);
    const committee = await next.getAddress();
    await poolETH.connect(admin).announceCommittee(committee);
    await chain.networkHelpers.time.increase(7n * DAY);
    await poolETH.adoptCommittee();
    const refSlot = await nextRefSlot(suite());
    await serve(refSlot, 5);
    for (const member of [stays, leaves]) await member.round();

    const served = await servedBy(stays);
    expect(served.committee).to.equal(committee.toLowerCase());
    const [signed] = served.messages;
    if (signed === undefined) throw new Error("it signed nothing for the new committee");
    const digest = messageDigest(committeeDomain(31_337n, committee), signed);
    expect(signerOf(digest, signed.signature)).to.equal(stays.address);
    expect((await servedBy(leaves)).messages).to.deep.equal([]);
    expect(leaves.lines.map(({ msg }) => msg)).to.include("no member of the committee: signs nothing");
  });

  it("say so when they are no members, and sign and send nothing", async () => {
    await serve();
    const key = toHex(new Uint8Array(32).fill(7));
    const stranger = await open({
      place: 0,
      beacon: beacon().url,
      signer: (wallet) => new Wallet(key, wallet.provider),
    });
    await stranger.round();
    await stranger.round();
    expect((await servedBy(stranger)).messages).to.deep.equal([]);
    expect(stranger.lines.filter(({ msg }) => msg === "no member of the committee: signs nothing")).to.have.length(1);
    expect(stranger.sent).to.deep.equal([]);
  });
});
