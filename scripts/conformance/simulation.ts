import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import type { EthereumProvider } from "hardhat/types/providers";
import { type Interface, type Log, toQuantity, type TransactionReceipt } from "ethers";
import { z } from "zod";

import type { Notation } from "./notation.ts";
import type { Step } from "./trace.ts";

const GAS_LIMIT = 16_000_000n;

/** How the chain tells of a revert, in the error itself or in its data. */
const reverted = z.object({ data: z.string(), transactionHash: z.string().nullish() });

export interface Contracts {
  network: string;
  networkInterface: Interface;
  views: string;
  viewsInterface: Interface;
}

export interface Failure {
  name: string;
  args: unknown;
}

export interface Outcome {
  block: number;
  failure?: Failure;
  events: { name: string; args: unknown; cluster?: unknown }[];
  balanceChange: string;
}

/** A simulated network on a chain of its own, spoken to in the notation of a trace. */
export class Simulation {
  readonly #ethers: HardhatEthers;
  readonly #provider: EthereumProvider;
  readonly #contracts: Contracts;
  readonly #notation: Notation;

  constructor(ethers: HardhatEthers, provider: EthereumProvider, contracts: Contracts, notation: Notation) {
    this.#ethers = ethers;
    this.#provider = provider;
    this.#contracts = contracts;
    this.#notation = notation;
  }

  /** Mines and waits as the step says, then makes its call in the next block. */
  async perform(step: Step): Promise<Outcome> {
    const from = this.#notation.address(step.from);
    const { network, networkInterface } = this.#contracts;
    const data = networkInterface.encodeFunctionData(
      step.function,
      step.args.map((arg) => this.#notation.read(arg)),
    );
    if (step.mine > 0) await this.#provider.request({ method: "hardhat_mine", params: [toQuantity(step.mine)] });
    if (step.increaseTime !== undefined)
      await this.#provider.request({ method: "evm_increaseTime", params: [toQuantity(step.increaseTime)] });

    const before = await this.#ethers.provider.getBalance(from);
    const call = { from, to: network, data, value: toQuantity(BigInt(step.value)), gas: toQuantity(GAS_LIMIT) };
    const sent = await this.#request("eth_sendTransaction", call);
    const receipt = await this.#ethers.provider.getTransactionReceipt(sent.hash);
    if (receipt === null) throw new Error(`transaction ${sent.hash} was not mined`);

    const after = await this.#ethers.provider.getBalance(from);
    return {
      block: receipt.blockNumber,
      ...(receipt.status === 1 ? {} : { failure: this.#writeFailure(networkInterface, sent.revertData) }),
      events: this.#writeEvents(receipt),
      balanceChange: String(after - before + receipt.fee),
    };
  }

  /** What a view answers at this block, structs as arrays; the error's name when it reverts. */
  async view(name: string, args: unknown[]): Promise<unknown> {
    const { views, viewsInterface } = this.#contracts;
    const data = viewsInterface.encodeFunctionData(
      name,
      args.map((arg) => this.#notation.read(arg)),
    );
    const answer = await this.#request("eth_call", { to: views, data }, "latest");
    if (answer.revertData !== undefined) return { revert: this.#writeFailure(viewsInterface, answer.revertData).name };

    const outputs = viewsInterface.getFunction(name)?.outputs ?? [];
    const values = this.#notation.writeAll(viewsInterface.decodeFunctionResult(name, answer.hash), outputs, false);
    return Array.isArray(values) && values.length === 1 ? values[0] : values;
  }

  /** The answer of a request; for one that reverted, the revert's data and the hash of the transaction. */
  async #request(method: string, ...params: unknown[]): Promise<{ hash: string; revertData?: string }> {
    try {
      return { hash: String(await this.#provider.request({ method, params })) };
    } catch (error) {
      for (const candidate of [error, (error as { data?: unknown }).data]) {
        const revert = reverted.safeParse(candidate);
        if (revert.success) return { hash: revert.data.transactionHash ?? "0x", revertData: revert.data.data };
      }
      throw error;
    }
  }

  #writeFailure(abi: Interface, data = "0x"): Failure {
    if (data === "0x") return { name: "", args: [] };
    const error = abi.parseError(data);
    if (error === null) return { name: data, args: [] };
    return { name: error.name, args: this.#notation.writeAll(error.args, error.fragment.inputs, false) };
  }

  #writeEvents(receipt: TransactionReceipt): Outcome["events"] {
    const { network } = this.#contracts;
    return receipt.logs.filter(({ address }) => address === network).map((log) => this.#writeEvent(log));
  }

  #writeEvent(log: Log): Outcome["events"][number] {
    const event = this.#contracts.networkInterface.parseLog(log);
    if (event === null) return { name: log.topics[0] ?? "", args: {} };

    const args = this.#notation.writeAll(event.args, event.fragment.inputs, true);
    const cluster = event.fragment.inputs.findIndex(({ name }) => name === "cluster");
    const type = event.fragment.inputs[cluster];
    return {
      name: event.name,
      args,
      ...(type === undefined ? {} : { cluster: this.#notation.write(event.args[cluster], type) }),
    };
  }
}
