import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { SLOTS_PER_EPOCH } from "@lodestar/params";
import type { Logger } from "pino";

import { FieldError } from "../../src/units/errors.ts";
import { fromHex } from "../../src/units/hex.ts";
import { AttestationPool } from "./attestationPool.ts";
import { BeaconChain } from "./chain.ts";
import { devnetConfig } from "./chainConfig.ts";
import { doubleVote } from "./doubleVote.ts";
import { EngineApi } from "./engineApi.ts";
import { payloadHeader } from "./executionGenesis.ts";
import { ExecutionLink } from "./executionLink.ts";
import { ForeignValidators } from "./foreignValidators.ts";
import { genesisState } from "./genesisState.ts";
import type { BeaconSettings, BeaconStatus } from "./messages.ts";
import { OperationPool } from "./operationPool.ts";
import { KeyHolders } from "./operators.ts";
import { SlotDriver, type SlotOutcome } from "./slotDriver.ts";
import { ChainStore } from "./store.ts";
import { Validators } from "./validators.ts";

/** No such validator. */
export class ValidatorError extends FieldError {}

/** Where what the foreign validators earn is swept to: nobody's account. */
const FOREIGN_WITHDRAWALS = new Uint8Array(20).fill(0xf0);

/** A beacon chain with its validators, driven slot by slot. */
export class DevnetNode {
  readonly chain: BeaconChain;
  readonly engine: EngineApi;
  readonly operations = new OperationPool();
  readonly #execution: ExecutionLink;
  readonly #validators: Validators;
  readonly #holders: KeyHolders;
  readonly #driver: SlotDriver;

  private constructor(chain: BeaconChain, engine: EngineApi, foreign: ForeignValidators, log: Logger) {
    this.chain = chain;
    this.engine = engine;
    this.#execution = new ExecutionLink(chain, engine);
    this.#holders = new KeyHolders(log);
    this.#validators = new Validators(chain.config, foreign, this.#holders, () => this.#execution.visible);
    this.#driver = new SlotDriver({
      chain,
      execution: this.#execution,
      validators: this.#validators,
      attestations: new AttestationPool(),
      operations: this.operations,
      log,
    });
  }

  /** Begins a chain, or goes on with the one in the store, and brings the execution client to its head. */
  static async open(settings: BeaconSettings, log: Logger): Promise<DevnetNode> {
    const engine = new EngineApi(new URL(settings.engineUrl));
    const foreign = new ForeignValidators(settings.foreignValidators);
    const genesis = genesisState(devnetConfig(settings.fork, settings.secondsPerSlot), {
      time: settings.genesisTime,
      payloadHeader: await payloadHeader(engine),
      pubkeys: foreign.pubkeys,
      withdrawalAddress: FOREIGN_WITHDRAWALS,
    });
    mkdirSync(dirname(settings.store), { recursive: true });
    const chain = BeaconChain.open(new ChainStore(settings.store), genesis);
    const node = new DevnetNode(chain, engine, foreign, log);
    await node.catchUp();
    return node;
  }

  async step(isMissed: boolean): Promise<SlotOutcome> {
    return this.#driver.step(isMissed);
  }

  /** Names the operators that hold shares of the pool's keys. */
  setOperators(urls: readonly string[]): void {
    this.#holders.setOperators(urls.map((url) => new URL(url)));
  }

  /** Brings the execution client to the head, between two slots. */
  async catchUp(): Promise<void> {
    await this.#driver.between(() => this.#execution.catchUp());
  }

  /**
   * Has a validator vote twice, and the next block slash it.
   * @param name Its public key or its index.
   * @throws {ValidatorError | SlashingError} If there is none, or it cannot be slashed.
   */
  async slash(name: string): Promise<number> {
    const index = this.#indexOf(name);
    const slashing = await doubleVote(this.chain, this.#validators, index);
    this.operations.addSlashing(slashing, this.chain.head.state);
    return index;
  }

  status(): BeaconStatus {
    const { clock, head } = this.chain;
    return {
      slot: clock,
      headSlot: head.slot,
      epoch: Math.floor(clock / SLOTS_PER_EPOCH),
      slotsPerEpoch: SLOTS_PER_EPOCH,
      justifiedEpoch: head.state.currentJustifiedCheckpoint.epoch,
      finalizedEpoch: head.state.finalizedCheckpoint.epoch,
      validators: head.state.validators.length,
    };
  }

  close(): void {
    this.chain.close();
  }

  #indexOf(name: string): number {
    const { epochCtx, validators } = this.chain.head.state;
    const index = /^\d+$/.test(name) ? Number(name) : epochCtx.getValidatorIndex(fromHex(name, "validator", 48));
    if (index !== null && index < validators.length) return index;
    throw new ValidatorError(
      "validator",
      name,
      `is none of the ${validators.length} of the beacon chain`,
      "name one by its public key or index; a deposit takes some epochs",
    );
  }
}
