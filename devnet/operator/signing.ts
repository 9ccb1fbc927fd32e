import { toHex } from "../../src/units/hex.ts";
import type { PartialSignature, SignAnswer } from "../committee/answers.ts";
import type { Duty, SignRequest } from "../committee/duties.ts";
import { signingRoot } from "../committee/signingRoots.ts";
import type { ValidatorRegistry } from "./registry.ts";
import type { SlashableDuty, SlashingProtection } from "./slashingProtection.ts";

/** An own validator's duty. */
interface ServedDuty {
  readonly position: number;
  readonly duty: Duty;
  readonly signingRoot: Uint8Array;
  /** Why it is not signed. */
  refusal?: string | undefined;
}

/**
 * Signs the duties of those validators that the operator serves, as far as nothing speaks against it: an exit needs the
 * owner's request, attestations and proposals must not be slashable.
 * @param registry As of the request's execution block.
 */
export function signDuties(
  operatorId: bigint,
  { context, duties, unsafe }: SignRequest,
  registry: ValidatorRegistry,
  protection: SlashingProtection,
): SignAnswer {
  const served = duties.flatMap((duty, position): ServedDuty[] => {
    const validator = registry.served(duty.pubkey);
    if (validator === undefined) return [];
    const isUnasked = duty.type === "voluntaryExit" && !validator.isExitRequested;
    const refusal = isUnasked ? "the owner has not asked SSV for this exit" : undefined;
    return [{ position, duty, signingRoot: signingRoot(duty, context), refusal }];
  });
  if (!unsafe) {
    const slashable = served.filter(isSlashable);
    const reasons = protection.admit(context.genesisValidatorsRoot, slashable);
    slashable.forEach((entry, i) => (entry.refusal = reasons[i]));
  }
  const signatures = served.flatMap(({ position, duty, signingRoot: root, refusal }): PartialSignature[] => {
    const validator = registry.served(duty.pubkey);
    if (refusal !== undefined || validator === undefined) return [];
    const signature = toHex(validator.share.sign(root).toBytes());
    return [{ duty: position, operatorIds: validator.operatorIds, signature }];
  });
  const keys = new Set(served.map(({ duty }) => duty.pubkey));
  return {
    operatorId,
    signatures,
    refusals: served.flatMap(({ position: duty, refusal: reason }) => (reason === undefined ? [] : [{ duty, reason }])),
    exitRequests: registry
      .allServed()
      .flatMap(({ pubkey, operatorIds, isExitRequested }) => (isExitRequested ? [{ pubkey, operatorIds }] : [])),
    feeRecipients: [...keys].flatMap((pubkey) => {
      const validator = registry.served(pubkey);
      if (validator === undefined) return [];
      const { operatorIds, owner } = validator;
      return [{ pubkey, operatorIds, recipient: registry.feeRecipient(owner) }];
    }),
  };
}

function isSlashable(entry: ServedDuty): entry is ServedDuty & SlashableDuty {
  return entry.duty.type === "attestation" || entry.duty.type === "proposal";
}
