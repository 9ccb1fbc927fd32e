import type { SecretKey } from "@chainsafe/bls/blst-native";

import { MAX_OWNER_NONCE } from "../../src/ssv/ownerNonce.ts";
import { FieldError } from "../../src/units/errors.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { NetworkEvent, ValidatorAdded } from "./networkEvents.ts";
import { checkRegistration, ownShare, RegistrationError, type OperatorIdentity } from "./registration.ts";

/** A validator whose registration was taken, of this operator or others. */
export interface RegisteredValidator {
  readonly pubkey: Hex;
  /** With checksum. */
  readonly owner: string;
  readonly operatorIds: readonly bigint[];
  /** The operator's own share; undefined if it is not in the cluster. */
  readonly share: SecretKey | undefined;
  readonly isLiquidated: boolean;
  /** Whether the owner asked for its exit. */
  readonly isExitRequested: boolean;
}

/** A registration that was left aside. */
export interface RejectedRegistration {
  readonly pubkey: Hex;
  readonly owner: string;
  readonly operatorIds: readonly bigint[];
  readonly reason: string;
}

/** Most that are remembered; anybody may register nonsense. */
const MAX_REJECTIONS = 1_000;

/** What the events of SSVNetwork say to one operator, as ssv.network's nodes read them (`eth/eventhandler` of ssv). */
export class ValidatorRegistry {
  readonly #identity: OperatorIdentity;
  readonly #watch: (message: string, event: NetworkEvent) => void;
  readonly #nonces = new Map<string, bigint>();
  readonly #validators = new Map<Hex, RegisteredValidator>();
  readonly #recipients = new Map<string, string>();
  readonly #rejections = new Map<string, RejectedRegistration>();

  /** @param watch Is told of events that were left aside, and why. */
  constructor(identity: OperatorIdentity, watch: (message: string, event: NetworkEvent) => void = () => undefined) {
    this.#identity = identity;
    this.#watch = watch;
  }

  /** In the order of registration. */
  get validators(): IterableIterator<RegisteredValidator> {
    return this.#validators.values();
  }

  /** Of clusters with this operator. */
  get rejections(): IterableIterator<RejectedRegistration> {
    return this.#rejections.values();
  }

  /** The validator, if this operator holds its share and the cluster is not liquidated. */
  served(pubkey: Hex): (RegisteredValidator & { readonly share: SecretKey }) | undefined {
    const validator = this.#validators.get(pubkey);
    return validator !== undefined && isServed(validator) ? validator : undefined;
  }

  /** All of these validators. */
  allServed(): (RegisteredValidator & { readonly share: SecretKey })[] {
    return [...this.#validators.values()].filter(isServed);
  }

  /** Who gets the tips of an owner's validators: the owner itself unless it named another account. */
  feeRecipient(owner: string): string {
    return this.#recipients.get(owner) ?? owner;
  }

  /** Takes the next event of the chain. */
  apply(event: NetworkEvent): void {
    switch (event.name) {
      case "ValidatorAdded":
        this.#add(event);
        return;
      case "ValidatorRemoved":
        this.#rejections.delete(rejectionKey(event));
        if (this.#ownedBy(event) !== undefined) this.#validators.delete(event.pubkey);
        return;
      case "ValidatorExited": {
        const validator = this.#ownedBy(event);
        if (validator !== undefined) this.#validators.set(event.pubkey, { ...validator, isExitRequested: true });
        return;
      }
      case "ClusterLiquidated":
      case "ClusterReactivated": {
        const [isLiquidated, ids] = [event.name === "ClusterLiquidated", event.operatorIds.join()];
        for (const validator of this.#validators.values())
          if (validator.owner === event.owner && validator.operatorIds.join() === ids)
            this.#validators.set(validator.pubkey, { ...validator, isLiquidated });
        return;
      }
      case "FeeRecipientAddressUpdated":
        this.#recipients.set(event.owner, event.recipient);
        return;
      case "OperatorRemoved":
        // Nodes go on serving the validators they have; only SSVNetwork takes no new ones.
        if (event.operatorId === this.#identity.operatorId) this.#watch("this operator was removed from SSV", event);
    }
  }

  #add(event: ValidatorAdded): void {
    const { pubkey, owner, operatorIds } = event;
    const ownerNonce = this.#nonces.get(owner) ?? 0n;
    // Counted in any case, also where the shares are no good; in 16 bits.
    this.#nonces.set(owner, (ownerNonce + 1n) % (MAX_OWNER_NONCE + 1n));
    try {
      checkRegistration(event, ownerNonce);
      const known = this.#validators.get(pubkey);
      if (known !== undefined && known.owner !== owner)
        throw new RegistrationError(
          ...(["publicKey", pubkey, `is registered by ${known.owner} already`, "register another key"] as const),
        );
      if (known !== undefined) return;
      const share = ownShare(event, this.#identity);
      this.#rejections.delete(rejectionKey(event));
      const isNew = { isLiquidated: false, isExitRequested: false };
      this.#validators.set(pubkey, { pubkey, owner, operatorIds, share, ...isNew });
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#reject(event, error.message);
    }
  }

  #reject(event: ValidatorAdded, reason: string): void {
    this.#watch(`registration left aside: ${reason}`, event);
    const { pubkey, owner, operatorIds } = event;
    if (!operatorIds.includes(this.#identity.operatorId)) return;
    const oldest = this.#rejections.keys().next().value;
    if (this.#rejections.size >= MAX_REJECTIONS && oldest !== undefined) this.#rejections.delete(oldest);
    this.#rejections.set(rejectionKey(event), { pubkey, owner, operatorIds, reason });
  }

  /** Only who registered a validator may say something of it. */
  #ownedBy(event: NetworkEvent & { readonly pubkey: Hex; readonly owner: string }): RegisteredValidator | undefined {
    const validator = this.#validators.get(event.pubkey);
    if (validator?.owner === event.owner) return validator;
    this.#watch("event left aside: the owner has no such validator", event);
    return undefined;
  }
}

function rejectionKey({ owner, pubkey }: { owner: string; pubkey: Hex }): string {
  return `${owner} ${pubkey}`;
}

function isServed(validator: RegisteredValidator): validator is RegisteredValidator & { readonly share: SecretKey } {
  return validator.share !== undefined && !validator.isLiquidated;
}
