import { FieldError } from "../../src/units/errors.ts";
import type { ExecutionBlock } from "../committee/duties.ts";
import type { ExecutionClient } from "./executionClient.ts";
import { decodeNetworkEvent, NETWORK_TOPICS } from "./networkEvents.ts";
import type { ValidatorRegistry } from "./registry.ts";

/** The execution chain does not have the block that a request stands on. */
export class ChainMismatchError extends FieldError {}

/** Where SSVNetwork is. */
export interface NetworkPlace {
  readonly ssvNetwork: string;
  /** Block in which it was deployed, or an earlier one. */
  readonly firstBlock: number;
}

/** What the events up to a block say. */
export interface FollowedChain {
  readonly registry: ValidatorRegistry;
  /** Last block that was read; undefined before the first. */
  readonly block: ExecutionBlock | undefined;
}

/** Reads SSVNetwork's events block by block, and all of them again when the chain is another one. */
export class ChainFollower {
  readonly #execution: ExecutionClient;
  readonly #place: NetworkPlace;
  readonly #newRegistry: () => ValidatorRegistry;
  #followed: FollowedChain;

  /** @param newRegistry Makes one that has seen no events. */
  constructor(execution: ExecutionClient, place: NetworkPlace, newRegistry: () => ValidatorRegistry) {
    this.#execution = execution;
    this.#place = place;
    this.#newRegistry = newRegistry;
    this.#followed = { registry: newRegistry(), block: undefined };
  }

  /** As far as it was read. */
  get followed(): FollowedChain {
    return this.#followed;
  }

  /**
   * Reads up to a block, neither less nor more. Calls must not overlap.
   * @returns What holds in that block.
   * @throws {ChainMismatchError} If the chain has another block there, or none; it is read from the start the next time.
   * @throws {ExecutionClientError} If the execution client fails; nothing is taken then.
   */
  async readTo(block: ExecutionBlock): Promise<ValidatorRegistry> {
    const { block: last, registry } = this.#followed;
    if (last?.number === block.number && last.hash === block.hash) return registry;
    const found = await this.#execution.block(block.number);
    if (found?.hash !== block.hash) {
      this.#startOver();
      throw new ChainMismatchError(
        `execution block ${block.number}`,
        block.hash,
        found === undefined ? "is not there yet" : `is ${found.hash} on this operator's execution chain`,
        "ask again when the operator's execution client follows the same chain",
      );
    }
    if (last !== undefined && !(await this.#continues(last, found))) this.#startOver();
    await this.#readOn(block);
    return this.#followed.registry;
  }

  /** Whether a block comes after the last one that was read, on the same chain. */
  async #continues(last: ExecutionBlock, next: ExecutionBlock & { readonly parentHash: string }): Promise<boolean> {
    if (next.number <= last.number) return false;
    if (next.number === last.number + 1) return next.parentHash === last.hash;
    return (await this.#execution.block(last.number))?.hash === last.hash;
  }

  #startOver(): void {
    this.#followed = { registry: this.#newRegistry(), block: undefined };
  }

  async #readOn(block: ExecutionBlock): Promise<void> {
    const { ssvNetwork, firstBlock } = this.#place;
    const { block: last, registry } = this.#followed;
    const from = last === undefined ? firstBlock : last.number + 1;
    const logs = await this.#execution.logs(ssvNetwork, NETWORK_TOPICS, from, block.number);
    // Should an event fail halfway, nothing that it began is built upon.
    this.#startOver();
    for (const event of logs.map(decodeNetworkEvent)) if (event !== undefined) registry.apply(event);
    this.#followed = { registry, block };
  }
}
