#!/usr/bin/env node
'use strict';
/** A stream of lines lives in a small heap, whatever its length: without a bound Node lets the garbage pile up. */
const SMALL_HEAP = ['--max-old-space-size=128', '--max-semi-space-size=4'];
const args = process.argv.slice(2);
require('../scripts/run.cjs').runInner('src/app/cli.ts', args, args[0] === 'calc' ? SMALL_HEAP : []);
