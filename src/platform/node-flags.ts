/**
 * How Node runs our programs. Young objects get 16 MB instead of what Node takes by itself: a month's run of a million people then holds
 * 190 MB instead of 260, in less time (bench P9). The units of `deploy/` say the same.
 */
export const PROGRAM_FLAGS: readonly string[] = ['--max-semi-space-size=16'];
