import { readFileSync } from "node:fs";

import type { ValidatorStatus } from "../../clients/beaconValidators.ts";

const VECTORS = new URL("../vectors/beacon-api/", import.meta.url);

/** Validators of the recorded chain, with their keys and indices. */
export const RECORDED = {
  /** At work in every epoch. */
  live: {
    index: 1n,
    pubkey: "0xb89bebc699769726a318c8e9971bd3171297c61aea4a6578a7a4f94b547dcba5bac16a89108b6b6a1fe3695d1a874a0b",
  },
  /** Active, but nobody ever signed for it. */
  quiet: {
    index: 60n,
    pubkey: "0x91ae4686b0d20470409f020eaca826c3efc6c1926ed25d05e6f0f7916391ec89c2341917277c437ac8fffffe94b68111",
  },
  /** Exiting; nobody ever signed for it either. */
  exiting: {
    index: 61n,
    pubkey: "0x8a0d241955104bedacb3b829162f2b457915c2beb9018ede8ef8ea80f401b471c42354358da9e62b51c38d54263a78a9",
  },
  /** Exited and withdrawn. */
  gone: {
    index: 57n,
    pubkey: "0xb5bb0162a4f27d1bab4c7dc3d20f5a75d6ee98c56bcd309a1f0f307685ad47ffb8a35bfdf8431b9b954b59662a74c478",
  },
} as const;

interface Recording {
  readonly status: number;
  readonly answer: Record<string, unknown>;
}

function recording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), "utf8")) as Recording;
}

/** What the node answered to the question of that name. */
export function recorded(name: string): Record<string, unknown> {
  return recording(name).answer;
}

/** The same, with the status that it came with. */
export function replayed(name: string): { status: number; json: unknown } {
  const { status, answer } = recording(name);
  return { status, json: answer };
}

/** The recorded chain with another clock or chain id. */
export function replayedSpec(fields: Readonly<Record<string, string>>): { json: unknown } {
  return { json: { data: { ...(recorded("spec").data as object), ...fields } } };
}

/** The recorded chain, begun at another time. */
export function replayedGenesis(time: number): { json: unknown } {
  return { json: { data: { ...(recorded("genesis").data as object), genesis_time: `${time}` } } };
}

/** The recorded state with another epoch that is final. */
export function replayedFinality(epoch: bigint | number): { json: unknown } {
  const answer = recorded("finality_checkpoints");
  const data = answer.data as { finalized: object };
  return { json: { ...answer, data: { ...data, finalized: { ...data.finalized, epoch: `${epoch}` } } } };
}

/** The first recorded validator under other keys, with indices from zero on. */
export function replayedValidators(statuses: readonly (readonly [string, ValidatorStatus])[]): { json: unknown } {
  const answer = recorded("validators");
  const [row] = answer.data as [{ validator: object }];
  const data = statuses.map(([pubkey, status], index) => {
    return { ...row, index: `${index}`, status, validator: { ...row.validator, pubkey } };
  });
  return { json: { ...answer, data } };
}

/** What is seen of validators at work, by their indices. */
export function replayedLiveness(isLive: readonly (readonly [bigint, boolean])[]): { json: unknown } {
  return { json: { data: isLive.map(([index, is_live]) => ({ index: `${index}`, is_live })) } };
}

/** What one recorded validator got for its attestations, given to another. */
export function replayedRewards(of: bigint, index: bigint): { json: unknown } {
  const answer = recorded("attestation_rewards");
  const data = answer.data as { total_rewards: { validator_index: string }[] };
  const rows = data.total_rewards.filter((row) => row.validator_index === `${of}`);
  const total_rewards = rows.map((row) => ({ ...row, validator_index: `${index}` }));
  return { json: { ...answer, data: { ...data, total_rewards } } };
}
