#!/usr/bin/env node
'use strict';
require('../scripts/run.cjs').runInner('src/app/cli.ts', process.argv.slice(2));
