/** Fewest days in which everything can happen. */
export const MIN_DAYS = 10;
/** Most days: what the pool's growth limits and the reserve are good for was tried up to here. */
export const MAX_DAYS = 1_000;

/** The last day of each stage but the run on the pool, for so many days before that. The stage of the lies takes the two days after the slashing. */
export function calendar(days: number) {
  const part = (percent: number) => Math.floor((days * percent) / 100);
  return { first: part(40), second: part(50), slashing: part(75), end: days };
}

/** Days as a heading names them. */
export function span(first: number, last: number): string {
  return first === last ? `Day ${first}` : `Days ${first} to ${last}`;
}
