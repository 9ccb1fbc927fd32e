/** How long a node may take for an answer, milliseconds. Those that work need a second or two, also for many logs. */
export const REQUEST_TIMEOUT = 60_000;
