import { dataLength, dataSlice } from "ethers";

import { exitRequestsOf, fetchRequestFee } from "../../clients/exitRequests.ts";
import { openKeys } from "../../src/ceremony/keyRange.ts";
import { SYSTEM_ADDRESS, WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import type { World } from "./world.ts";

/** A request as the predeploy hands it on: source, public key, amount in Gwei. */
const [SOURCE_END, PUBKEY_END, REQUEST_LENGTH] = [20, 68, 76];
const FULL_EXIT = `0x${"00".repeat(REQUEST_LENGTH - PUBKEY_END)}`;
const ETHER = 10n ** 18n;

/** What became of requests for exits. */
export interface ForcedExits {
  readonly asked: number;
  /** How many the consensus layer did not drop. */
  readonly obeyed: number;
  readonly feesWei: bigint;
}

/** Somebody requests as many exits of the oldest keys as withdrawals lack, and the consensus layer takes the requests. */
export async function forceExits(world: World, requestId: bigint): Promise<ForcedExits> {
  const { batches, chain, gas, model, searcher, suite } = world;
  const exits = (await exitRequestsOf(suite)).connect(searcher);
  let feesWei = 0n;
  for (;;) {
    const { count, batchId, position } = await exits.overdueExits(requestId);
    const batch = batches.find(({ id }) => id === batchId);
    if (count === 0n || batch === undefined) break;
    const from = Number(position);
    const to = Math.min(from + Number(count), batch.ceremony.keys.length);
    const value = (await fetchRequestFee(suite)) * BigInt(to - from);
    await chain.nextSlot();
    const range = openKeys(batch.ceremony, batchId, from, to);
    await gas.confirm("trigger exits", await exits.triggerOverdueExits(range, requestId, { value }));
    feesWei += value;
  }
  if (feesWei === 0n) return { asked: 0, obeyed: 0, feesWei };
  const pubkeys = await takeRequests(world);
  return { asked: pubkeys.length, obeyed: pubkeys.filter((pubkey) => model.exit(pubkey)).length, feesWei };
}

/** Makes the call that ends a block with requests, and returns the public keys that the predeploy hands on. */
async function takeRequests({ chain, connection, suite }: World): Promise<string[]> {
  const { ethers, networkHelpers, provider } = connection;
  const call = { from: SYSTEM_ADDRESS, to: WITHDRAWAL_REQUESTS };
  const handedOn = await ethers.provider.call(call);
  await networkHelpers.impersonateAccount(SYSTEM_ADDRESS);
  await networkHelpers.setBalance(SYSTEM_ADDRESS, ETHER);
  await chain.nextSlot();
  await provider.request({ method: "eth_sendTransaction", params: [call] });
  await networkHelpers.stopImpersonatingAccount(SYSTEM_ADDRESS);

  const vault = (await suite.withdrawalVault.getAddress()).toLowerCase();
  const pubkeys: string[] = [];
  for (let at = 0; at < dataLength(handedOn); at += REQUEST_LENGTH) {
    const request = dataSlice(handedOn, at, at + REQUEST_LENGTH);
    if (dataSlice(request, 0, SOURCE_END) !== vault) throw new Error("a request does not come from the vault");
    if (dataSlice(request, PUBKEY_END) !== FULL_EXIT) throw new Error("a request is no full exit");
    pubkeys.push(dataSlice(request, SOURCE_END, PUBKEY_END));
  }
  return pubkeys;
}
