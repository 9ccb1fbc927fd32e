const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Waits for a signal to end, or for something else that ends the task, and says what it was. */
export async function untilSignal(other: Promise<string>): Promise<string> {
  const listeners = new Map<NodeJS.Signals, () => void>();
  const signal = new Promise<string>((resolve) => {
    for (const name of SIGNALS) {
      const listener = () => {
        resolve(`received ${name}`);
      };
      listeners.set(name, listener);
      process.once(name, listener);
    }
  });
  try {
    return await Promise.race([signal, other]);
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener);
  }
}
