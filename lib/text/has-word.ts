/** Whether a text says anything: a small model can fill the JSON asked of it with digits, brackets and commas. */
export const hasWord = (text: string): boolean => /\p{L}{2}/u.test(text)
