/** Byte classes of the scanner: one table look-up per byte of a log. */

/** Letters and everything that is part of a word without making it a value. */
export const LETTER = 1
/** `0` to `9`. */
export const DIGIT = 2
/** Joins the halves of one word when a letter or digit follows: `. - / \ _ $ % * + ~ &` and the like. */
export const JOINER = 3
/** A token of its own: brackets, quotes, `= , ; : | < >`. */
export const MARK = 4
/** Blank, tab and control bytes: between tokens, never part of one. */
export const BLANK = 5

/** Class of each byte; bytes of multi-byte UTF-8 (and of anything else above 127) count as letters. */
export const CLASS = new Uint8Array(256)

for (let byte = 0; byte < 256; byte++) {
  const text = String.fromCharCode(byte)
  if (byte <= 32 || byte === 127) CLASS[byte] = BLANK
  else if (byte > 127 || /[A-Za-z]/.test(text)) CLASS[byte] = LETTER
  else if (/[0-9]/.test(text)) CLASS[byte] = DIGIT
  else if (/[-._/\\$%*+~&@!?^`]/.test(text)) CLASS[byte] = JOINER
  else CLASS[byte] = MARK
}
