import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BaseContract, Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { MemberSigner } from "../src/oracle/messages.ts";
import type { PoolConnection } from "./connect.ts";
import { InputError, parseAddress } from "./input.ts";
import { parseVariableNames, readWallet } from "./variables.ts";

/** Functions that a role opens by itself, whatever the access manager says of the function. */
const OPENED_BY_ROLE: Record<string, bigint> = { registerBatch: 1n, requestExits: 1n };
const NO_ACCESS = { isMember: false, executionDelay: 0n };

/**
 * The account that sends: the one that is named, or else the first one of the network.
 * @throws {InputError} If the network has no such account.
 */
export async function findSender(
  { connection }: Pick<PoolConnection, "connection">,
  from: string | undefined,
): Promise<HardhatEthersSigner> {
  const signers = await connection.ethers.getSigners();
  const named = from === undefined ? undefined : parseAddress(from, "from");
  const signer = named === undefined ? signers[0] : signers.find(({ address }) => address === named);
  if (signer === undefined)
    throw new InputError(
      "from",
      named ?? "nothing",
      `is no account of network ${connection.networkName}`,
      "name one of its accounts, or set the private key of this one as the network's (see .env.example)",
    );
  return signer;
}

/**
 * The account that sends what needs a role: the one that is named, or else the first one that has the role.
 * @param method Function of the contract to be called.
 * @throws {InputError} If it has not, or must wait, or none has.
 */
export async function findRoleHolder(
  opened: PoolConnection,
  contract: BaseContract,
  method: string,
  from: string | undefined,
): Promise<HardhatEthersSigner> {
  const { authority } = opened.pool;
  const role = OPENED_BY_ROLE[method];
  const candidates =
    from === undefined ? await opened.connection.ethers.getSigners() : [await findSender(opened, from)];
  let longestDelay = 0n;
  for (const signer of candidates) {
    const { isMember, executionDelay } = role === undefined ? NO_ACCESS : await authority.hasRole(role, signer.address);
    const { immediate, delay } = await accessOf(opened, contract, method, signer.address);
    if (immediate || (isMember && executionDelay === 0n)) return signer;
    if (delay > longestDelay) longestDelay = delay;
  }
  const value = from === undefined ? `none of ${candidates.length} accounts` : (candidates[0]?.address ?? from);
  if (longestDelay > 0n)
    throw new InputError(
      "from",
      value,
      `may call ${method} only after a delay of ${longestDelay} seconds`,
      `schedule the call at the access manager at ${await authority.getAddress()}, and execute it there`,
    );
  throw new InputError(
    "from",
    value,
    `has no role that allows ${method}`,
    "send from an account with the role, which the pool's admin can grant",
  );
}

/** Whether the access manager lets an account call a function at once, or else after how many seconds; never: zero. */
export async function accessOf(
  { pool }: PoolConnection,
  contract: BaseContract,
  method: string,
  account: string,
): Promise<{ readonly immediate: boolean; readonly delay: bigint }> {
  const selector = contract.interface.getFunction(method)?.selector ?? "0x";
  return pool.authority.canCall(account, await contract.getAddress(), selector);
}

/**
 * The members who sign: the keys in the named configuration variables, or else, on local chains, the development
 * accounts that are members; as many as the quorum.
 * @param names Names of variables in the keystore or environment, separated by commas; never keys.
 * @throws {InputError} If a key is missing or not a member's, or if they are too few.
 */
export async function findMembers(
  hre: HardhatRuntimeEnvironment,
  opened: PoolConnection,
  names: string | undefined,
): Promise<MemberSigner[]> {
  const { pool, isLocal, connection } = opened;
  const [members, quorum] = await Promise.all([pool.committee.members(), pool.committee.QUORUM()]);
  if (names === undefined) {
    const own = isLocal ? await connection.ethers.getSigners() : [];
    const signers = own.filter(({ address }) => members.includes(address)).slice(0, Number(quorum));
    if (BigInt(signers.length) < quorum)
      throw new InputError(
        "members",
        `${signers.length} of ${quorum}`,
        "are fewer keys than the quorum",
        "name the configuration variables that hold the members' keys, as --members MEMBER_1_KEY,MEMBER_2_KEY",
      );
    return signers;
  }
  const list = parseVariableNames(names);
  const wallets: Wallet[] = [];
  for (const name of list) wallets.push(await readMemberKey(hre, name, members));
  const distinct = new Set(wallets.map(({ address }) => address)).size;
  if (distinct < wallets.length || BigInt(distinct) < quorum)
    throw new InputError("members", `${distinct} keys`, `are not ${quorum} different members`, "name a quorum of keys");
  return wallets;
}

async function readMemberKey(hre: HardhatRuntimeEnvironment, name: string, members: string[]): Promise<Wallet> {
  const wallet = await readWallet(hre, "members", name);
  if (!members.includes(wallet.address))
    throw new InputError(
      `members: ${name}`,
      wallet.address,
      "is no member of the committee",
      "store the key of a member",
    );
  return wallet;
}
