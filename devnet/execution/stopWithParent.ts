// Loaded into the execution client before it starts: it ends in order when the process that started it is gone.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// A client that did not start has nothing else to wait for, and ends.
process.channel?.unref();
