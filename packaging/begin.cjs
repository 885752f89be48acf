/**
 * What the executable begins with: the built program, or the reader of one mail if
 * src/runtime/self.ts started it as that (the launcher unsets the variable). Plain `require`, so
 * that the program's first line has run before this returns, and Bun takes both files in. What the
 * launcher tells Bun, Bun has read by now: sendmail and others do not get it.
 */
delete process.env.BUN_JSC_useWarmUpMarkedBlocks;
delete process.env.BUN_JSC_useFTLJIT;
if (process.env.MAILROBOT_PART === 'reader') require('./dist/reader.cjs');
else require('./dist/mailrobot.cjs');
