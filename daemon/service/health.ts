import type { RoundsStatus } from "./rounds.ts";

/** How long a success counts, in seconds, however short the pauses between rounds are. */
const LEAST_READY_SECONDS = 300;
/** How many pauses a success counts otherwise. */
const READY_ROUNDS = 5;

/** Why a daemon does not live any more; nothing if it does. */
export function illness({ isHung, failure }: RoundsStatus): string | undefined {
  return isHung ? `the round ${failure ?? "hangs"}` : undefined;
}

/**
 * Why a daemon is not ready; nothing if a round succeeded lately.
 * @param now Milliseconds of the machine's clock.
 */
export function unreadiness(
  { succeededAt, failure }: RoundsStatus,
  pollSeconds: number,
  now: number,
): string | undefined {
  const because = failure === undefined ? "" : `: ${failure}`;
  if (succeededAt === undefined) return `no round has succeeded yet${because}`;
  const seconds = Math.floor((now - succeededAt) / 1_000);
  const limit = Math.max(LEAST_READY_SECONDS, READY_ROUNDS * pollSeconds);
  return seconds <= limit ? undefined : `no round has succeeded for ${seconds} seconds${because}`;
}
