/** How a request ended: with what was asked for, with an error that is an answer, or without an answer. */
export type RequestResult = "answered" | "refused" | "failed";
