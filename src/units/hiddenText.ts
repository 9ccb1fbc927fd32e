/** What is not shown as it is: control characters, and what breaks lines or turns the direction of text. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Whether a text holds what is not shown as it is. */
export function hidesSomething(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}

/**
 * Writes what is not shown as JSON does.
 * @param kept Characters that stay.
 */
export function showHidden(text: string, kept = ""): string {
  return text.replace(HIDDEN, (sign) =>
    kept.includes(sign) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
