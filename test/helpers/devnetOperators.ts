import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { toQuantity, Wallet } from "ethers";
import hre from "hardhat";

import { OperatorCommittee } from "../../devnet/committee/signers.ts";
import type { Duty, SigningContext } from "../../devnet/committee/duties.ts";
import { signingRoot } from "../../devnet/committee/signingRoots.ts";
import { verifySignature } from "../../src/consensus/bls.ts";
import type { Hex } from "../../src/units/hex.ts";
import { findFreePort, startLocalNode, type LocalNode } from "../../tasks/commands/localNode.ts";
import { startOperator, writeConfiguration, type OperatorProcess } from "./operatorProcess.ts";
import { ShareOwner, type TestValidator } from "./shareOwner.ts";
import { TestProvider } from "./testProvider.ts";

/** A local chain, its operators as processes, and who asks them. */
export interface DevnetOperators {
  readonly node: LocalNode;
  /** By position: operator 1 first. A test that restarts one puts it here. */
  readonly operators: OperatorProcess[];
  readonly committee: OperatorCommittee;
  /** The one at a position. */
  operator(position: number): OperatorProcess;
  /** An account with validators of its own; each call gives another one. */
  owner(): Promise<ShareOwner>;
  /** As of the newest block. */
  context(): Promise<SigningContext>;
  /** Starts an operator anew with its data as it is. */
  restart(position: number): Promise<OperatorProcess>;
  /** Asks the node of the chain. */
  call(method: string, ...params: readonly unknown[]): Promise<unknown>;
}

const OWNERS_FUNDS = 10n ** 20n;

/** Starts a chain and operators for a `describe`. */
export function useDevnetOperators(configuration: object = {}, count = 4): () => DevnetOperators {
  let devnet: DevnetOperators | undefined;
  let home: string;
  let provider: TestProvider;

  before(async () => {
    const node = await startLocalNode(hre, await findFreePort(0));
    home = mkdtempSync(join(tmpdir(), "pooleth-operators-"));
    const ssvNetwork = await node.suite.ssvNetwork.getAddress();
    const files = node.suite.operators.slice(0, count).map(({ id, privateKey }) => {
      const place = { operatorId: id.toString(), executionUrl: node.url, ssvNetwork };
      return writeConfiguration(join(home, id.toString()), privateKey, { ...place, ...configuration });
    });
    const operators = await Promise.all(files.map(startOperator));
    provider = new TestProvider(node.url, undefined, { cacheTimeout: -1 });
    devnet = {
      ...{ node, operators, committee: new OperatorCommittee(operators.map(({ url }) => url)) },
      operator: (position) => at(operators, position),
      async owner() {
        const { privateKey, address } = Wallet.createRandom();
        await provider.send("hardhat_setBalance", [address, toQuantity(OWNERS_FUNDS)]);
        return new ShareOwner(node.suite, new Wallet(privateKey, provider));
      },
      async context() {
        const block = await provider.getBlock("latest");
        const executionBlock = { number: block?.number ?? 0, hash: (block?.hash ?? "0x") as Hex };
        return { ...FORK, executionBlock };
      },
      async restart(position) {
        await at(operators, position).stop();
        operators[position] = await startOperator(at(files, position));
        return at(operators, position);
      },
      call: (method, ...params) => provider.send(method, [...params]),
    };
  });

  after(async () => {
    devnet?.committee.close();
    provider.destroy();
    await Promise.all((devnet?.operators ?? []).map((operator) => operator.stop("SIGKILL")));
    await devnet?.node.close();
    rmSync(home, { recursive: true });
    if (devnet !== undefined) rmSync(devnet.node.record, { force: true });
  });

  return () => {
    if (devnet === undefined) throw new Error("the operators are started in a hook: ask for them within a test");
    return devnet;
  };
}

/** Versions and root of a beacon chain that does not exist. */
export const FORK = {
  forkVersion: "0x06000064",
  exitForkVersion: "0x04000064",
  genesisValidatorsRoot: `0x${"a5".repeat(32)}`,
} as const;

/** An attestation of a validator. */
export function attestation(
  pubkey: Hex,
  [source, target]: readonly [bigint, bigint] = [1n, 2n],
  beaconBlockRoot: Hex = `0x${"11".repeat(32)}`,
): Duty {
  const checkpoint = (epoch: bigint) => ({ epoch, root: `0x${"22".repeat(32)}` as const });
  const votes = { source: checkpoint(source), target: checkpoint(target) };
  return { type: "attestation", pubkey, data: { slot: target * 8n, index: 0n, beaconBlockRoot, ...votes } };
}

/** A block of a validator. */
export function proposal(pubkey: Hex, slot: bigint, bodyRoot: Hex = `0x${"33".repeat(32)}`): Duty {
  const [parentRoot, stateRoot] = [`0x${"44".repeat(32)}`, `0x${"55".repeat(32)}`] as const;
  return { type: "proposal", pubkey, header: { slot, proposerIndex: 9n, parentRoot, stateRoot, bodyRoot } };
}

/** What nobody can be slashed for. */
export function randao(pubkey: Hex, epoch = 3n): Duty {
  return { type: "randao", pubkey, epoch };
}

/** Whether a signature is the validator's own. */
export function isSigned(
  { publicKey }: TestValidator,
  duty: Duty,
  context: SigningContext,
  signature: Uint8Array | undefined,
): boolean {
  return signature !== undefined && verifySignature({ publicKey, message: signingRoot(duty, context), signature });
}

function at<T>(list: readonly T[], position: number): T {
  const element = list[position];
  if (element === undefined) throw new Error(`nothing at ${position}`);
  return element;
}
